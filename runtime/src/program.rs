//! What the programs do, from their arguments to their exit codes.

use std::{
    ffi::OsString,
    panic::{self, UnwindSafe},
    path::PathBuf,
    process::ExitCode as ProcessExitCode,
};

use nix::sys::signal::SigSet;

use crate::{
    cli::{
        CommandError, ErrorKind, ExitCode, LocalArguments, OutputOptions, PythonArguments, PythonMode, RemoteArguments,
        RootArguments, RootCommand, SecretsEditArguments, completion_script, parse, print_error, run_init, run_migrate,
        run_packages, run_secrets, run_secretsedit,
    },
    deploy::{run_check, run_local},
    interpreter::{name_services, python},
    project,
    remote::agent,
};

/// How deep definitions may nest is limited by the interpreter; this is what that takes at the most.
pub(crate) const STACK: usize = 256 * 1024 * 1024;

/// `batou-local`.
pub fn batou_local(words: Vec<OsString>) -> ProcessExitCode {
    guarded(move || match parse::<LocalArguments>(words) {
        Ok(arguments) => run_local(&arguments.options.request("batou-local")).into(),
        Err(code) => code.into(),
    })
}

/// `batou-remote`.
pub fn batou_remote(words: Vec<OsString>) -> ProcessExitCode {
    guarded(move || match agent_words(&words) {
        Some(words) => agent::run(words).into(),
        None => match parse::<RemoteArguments>(words) {
            Ok(arguments) => run_local(&arguments.request()).into(),
            Err(code) => code.into(),
        },
    })
}

/// What follows if the deploying side at the other end of the pipes started this program.
fn agent_words(words: &[OsString]) -> Option<&[OsString]> {
    let (first, rest) = words.get(1..)?.split_first()?;
    (first == agent::FLAG).then_some(rest)
}

/// `secretsedit`.
pub fn secretsedit(words: Vec<OsString>) -> ProcessExitCode {
    guarded(move || match parse::<SecretsEditArguments>(words) {
        Ok(arguments) => run_secretsedit(&arguments).into(),
        Err(code) => code.into(),
    })
}

/// `batou`.
pub fn batou(words: Vec<OsString>) -> ProcessExitCode {
    guarded(move || match agent_words(&words) {
        Some(words) => agent::run(words).into(),
        None => match parse::<RootArguments>(words) {
            Ok(arguments) => match arguments.into_command() {
                Ok(command) => run_command(command),
                Err(error) => refuse(&error),
            },
            Err(code) => code.into(),
        },
    })
}

fn run_command(command: RootCommand) -> ProcessExitCode {
    match command {
        RootCommand::Deploy(options) => match options.request() {
            Ok(request) => run_local(&request).into(),
            Err(error) => refuse(&error),
        },
        RootCommand::Local(options) => run_local(&options.request("batou local")).into(),
        RootCommand::Check(options) => run_check(&options).into(),
        RootCommand::Init(options) => run_init(&options).into(),
        RootCommand::Migrate(options) => run_migrate(&options).into(),
        RootCommand::Packages(options) => run_packages(&options).into(),
        RootCommand::Secrets(options) => run_secrets(&options).into(),
        RootCommand::Completion(options) => tell(&completion_script(options.shell)),
        RootCommand::Python(tail) => run_python(tail.words),
    }
}

/// Ends a command that was asked for in a wrong way.
fn refuse(error: &CommandError) -> ProcessExitCode {
    print_error(error, None, false, &mut std::io::stderr()).into()
}

fn run_python(words: Vec<OsString>) -> ProcessExitCode {
    let arguments = match PythonArguments::parse(words) {
        Ok(arguments) => arguments,
        Err(error) => {
            let error = CommandError::usage(error.to_string()).with_hint("see `batou python --help`");
            return refuse(&error);
        }
    };
    match arguments.mode {
        PythonMode::Help => tell(PythonArguments::HELP),
        PythonMode::Version => tell(&format!("Python {} (batou {})\n", python::VERSION, env!("CARGO_PKG_VERSION"))),
        _ => match project_path(&arguments) {
            Ok(path) => ProcessExitCode::from(python::run(&arguments, &path)),
            Err(error) => refuse(&error),
        },
    }
}

/// What a Python program may import of the project that it is run in. What there is to tell goes to standard error: the
/// output is that of the program.
fn project_path(arguments: &PythonArguments) -> Result<Vec<PathBuf>, CommandError> {
    if arguments.isolated || arguments.without_site {
        return Ok(Vec::new());
    }
    let reporter = OutputOptions { quiet: true, ..OutputOptions::default() }.reporter_to_standard_error();
    let path = project::import_path(&reporter);
    reporter.flush();
    path.map_err(|error| error.with_hint("`batou python -S` leaves the project out"))
}

fn tell(text: &str) -> ProcessExitCode {
    use std::io::Write as _;
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::Success.into(),
        Err(_) => ExitCode::Failed.into(),
    }
}

/// Runs a program on a thread with room for deep recursion; a panic becomes an error that people can report.
fn guarded(run: impl FnOnce() -> ProcessExitCode + UnwindSafe + Send + 'static) -> ProcessExitCode {
    name_services::restrict();
    panic::set_hook(Box::new(|information| {
        let place = information.location().map(ToString::to_string).unwrap_or_default();
        let cause = information.payload_as_str().unwrap_or("no reason given");
        let error = CommandError::new(ErrorKind::Defect, format!("internal error: {cause}"))
            .with_hint(format!("this is a defect of batou; please report it with this place: {place}"));
        print_error(&error, None, false, &mut std::io::stderr());
    }));
    let thread = std::thread::Builder::new().name("main".to_owned()).stack_size(STACK).spawn(run);
    // A signal has to wake the thread that reads or sleeps, so this one, which only waits for it, takes none. That no
    // signal can be blocked would be news; the run only reacts later then.
    let _ = SigSet::all().thread_block();
    match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        // The hook has told what happened.
        Ok(Err(_)) => ExitCode::Defect.into(),
        Err(error) => {
            let error = CommandError::new(ErrorKind::Defect, "cannot start a thread").with_cause(&error);
            print_error(&error, None, false, &mut std::io::stderr()).into()
        }
    }
}
