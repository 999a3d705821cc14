//! A check of the model without secrets, addresses, machines and the disk.

use std::path::{Path, PathBuf};

use batou_bindings::model::deploy as walk;
use rustpython_vm::{PyResult, VirtualMachine, builtins::PyBaseExceptionRef};

use super::{
    failure::{Failures, Interruption},
    model::{Environment, EnvironmentOptions, connect_output},
};
use crate::{
    cli::{CheckOptions, CommandError, ErrorKind, ExitCode, print_error, unknown_environment},
    events::{Action, CheckedParts, Event, NotChecked, Outcome},
    interpreter::{self, report_module},
    program::STACK,
    project,
    report::Reporter,
};

/// Checks environments one after another, each with an interpreter of its own, so that none sees what another one's
/// definitions did to classes and modules.
pub fn run_check(options: &CheckOptions) -> ExitCode {
    let reporter = options.output.reporter();
    let fail = |error: &CommandError| print_error(error, Some(&reporter), options.output.json, &mut std::io::stderr());
    let mut code = match prepare(options) {
        Ok((project, names)) => check_all(options, &project, &names, &reporter),
        Err(error) => fail(&error),
    };
    reporter.flush();
    if let Some(reason) = reporter.output_error()
        && code == ExitCode::Success
    {
        let error = CommandError::failed("the check is done, but its output could not be written").with_hint(reason);
        code = print_error(&error, None, false, &mut std::io::stderr());
    }
    code
}

/// Finds the project and the environments that were asked for.
fn prepare(options: &CheckOptions) -> Result<(String, Vec<String>), CommandError> {
    let project = project::find()?;
    let known = project::environments(&project);
    let mut names: Vec<String> = Vec::new();
    for name in &options.environments {
        if !known.contains(name) {
            return Err(unknown_environment(name, &known));
        }
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    if names.is_empty() {
        names.clone_from(&known);
    }
    if names.is_empty() {
        return Err(CommandError::usage(format!("the project {} has no environments", project.display()))
            .with_hint("create `environments/NAME/environment.cfg`"));
    }
    Ok((project.to_string_lossy().into_owned(), names))
}

fn check_all(options: &CheckOptions, project: &str, names: &[String], reporter: &Reporter) -> ExitCode {
    let mut result = ExitCode::Success;
    for name in names {
        // Definitions may have left the directory for another one.
        if let Err(error) = std::env::set_current_dir(project) {
            let error = CommandError::usage(format!("cannot change into the project {project}")).with_cause(&error);
            return print_error(&error, Some(reporter), options.output.json, &mut std::io::stderr());
        }
        // What is kept for a thread ends with it, so a new one starts with an interpreter that knows nothing.
        let code = std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().name("main".to_owned()).stack_size(STACK);
            match thread.spawn_scoped(scope, || check_one(options, project, name, reporter)) {
                // A panic has been told by its hook.
                Ok(handle) => handle.join().unwrap_or(ExitCode::Defect),
                Err(error) => {
                    let error = CommandError::new(ErrorKind::Defect, "cannot start a thread").with_cause(&error);
                    print_error(&error, None, false, &mut std::io::stderr())
                }
            }
        });
        match code {
            ExitCode::Success => {}
            ExitCode::Failed => result = ExitCode::Failed,
            ended => return ended,
        }
    }
    result
}

fn check_one(options: &CheckOptions, project: &str, name: &str, reporter: &Reporter) -> ExitCode {
    report_module::connect(reporter);
    reporter.emit(Event::RunStarted {
        program: "batou check".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        environment: name.to_owned(),
        action: Action::Check,
        local: false,
    });
    if let Some(warning) = project::version_warning(Path::new(project)) {
        reporter.emit(Event::warning(warning));
    }
    let packages = match project::package_directories(Path::new(project), Action::Check, reporter) {
        Ok(packages) => packages,
        Err(error) => {
            let code = print_error(&error, Some(reporter), options.output.json, &mut std::io::stderr());
            reporter.emit(Event::Finished {
                action: Action::Check,
                local: false,
                outcome: Outcome::Failed,
                step: Some("packages".to_owned()),
                exit_code: code.code(),
            });
            return code;
        }
    };
    let interpreter = interpreter::build(interpreter::Options::for_deployment());
    let code = interpreter.enter(|vm| {
        let mut check = Check { options, project, packages: &packages, name, reporter, vm, errors: 0, step: "load" };
        let checked = check.all_steps();
        walk::finish();
        interpreter::wind_down(vm);
        check.end(checked)
    });
    // Its objects must outlive what the thread still keeps of them.
    std::mem::forget(interpreter);
    code
}

struct Check<'run> {
    options: &'run CheckOptions,
    project: &'run str,
    packages: &'run [PathBuf],
    name: &'run str,
    reporter: &'run Reporter,
    vm: &'run VirtualMachine,
    errors: usize,
    step: &'static str,
}

impl<'run> Check<'run> {
    fn failures(&self) -> Failures<'run> {
        Failures { reporter: self.reporter, debug: self.options.output.debug, vm: self.vm }
    }

    fn all_steps(&mut self) -> PyResult<(CheckedParts, NotChecked)> {
        let vm = self.vm;
        interpreter::import_from(Path::new(self.project), self.packages, vm)?;
        connect_output(&self.options.output, vm)?;
        let environment = Environment::new(
            &EnvironmentOptions {
                name: self.name,
                project: self.project,
                timeout: None,
                platform: self.options.platform().replacement(),
                provision_rebuild: false,
                creates_machines: false,
            },
            vm,
        )?;
        let check = environment.call("batou._check", "ModelCheck")?;
        let loaded = environment.load();
        if let Err(exception) = loaded {
            self.show(vec![exception])?;
            return Ok(Default::default());
        }
        vm.call_method(&check, "use_stand_ins", ())?;
        self.step = "configure";
        vm.call_method(&check, "configure", ())?;
        self.show(environment.errors()?)?;
        let count = |name: &'static str| -> PyResult<usize> { vm.call_method(&check, name, ())?.try_into_value(vm) };
        Ok((
            CheckedParts { hosts: count("hosts")?, components: count("components")?, templates: count("templates")? },
            NotChecked {
                secret_files: count("secret_files")?,
                secret_values: count("secret_values")?,
                addresses: count("addresses")?,
                templates: count("delayed_templates")?,
            },
        ))
    }

    fn show(&mut self, errors: Vec<PyBaseExceptionRef>) -> PyResult<()> {
        self.errors += errors.len();
        self.failures().show_all(errors)
    }

    fn end(&mut self, checked: PyResult<(CheckedParts, NotChecked)>) -> ExitCode {
        let (parts, not_checked) = match checked {
            Ok(checked) => checked,
            Err(exception) => {
                if let Some(interruption) = self.failures().interruption(&exception) {
                    let code = match interruption {
                        Interruption::Interrupted => ExitCode::Interrupted,
                        Interruption::Terminated => ExitCode::Terminated,
                    };
                    self.finished(Outcome::Interrupted, code);
                    return code;
                }
                self.errors += 1;
                self.failures().show(&exception);
                Default::default()
            }
        };
        let environment = self.name.to_owned();
        self.reporter.emit(Event::Checked { environment, parts, errors: self.errors, not_checked });
        let (outcome, code) = if self.errors == 0 {
            (Outcome::Succeeded, ExitCode::Success)
        } else {
            (Outcome::Failed, ExitCode::Failed)
        };
        self.finished(outcome, code);
        code
    }

    fn finished(&self, outcome: Outcome, code: ExitCode) {
        let step = (outcome != Outcome::Succeeded).then(|| self.step.to_owned());
        self.reporter.emit(Event::Finished {
            action: Action::Check,
            local: false,
            outcome,
            step,
            exit_code: code.code(),
        });
    }
}
