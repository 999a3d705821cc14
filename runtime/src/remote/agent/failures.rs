//! Exceptions as data with a report, so that the deploying side can merge those of several hosts.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use batou_bindings::error::module_named;
use rustpython_vm::{AsObject, PyResult, VirtualMachine, builtins::PyBaseExceptionRef, builtins::PyInt};

use super::super::messages::{Answer, Failure, KeyPart, Setup};
use super::super::settings::text;
use crate::deploy::Failures;
use crate::events::Event;
use crate::interpreter::report_module;
use crate::report::{Renderer, Reporter};

/// Keeps events instead of showing them.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<Event>>>);

impl Renderer for Kept {
    fn render(&mut self, event: &Event) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(event.clone());
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The answer when an exception ended what was asked for.
pub(super) fn answer(
    exception: &PyBaseExceptionRef,
    setup: &Setup,
    reporter: &Reporter,
    vm: &VirtualMachine,
) -> Answer {
    if (Failures { reporter, debug: setup.debug, vm }).interruption(exception).is_some() {
        return Answer::Interrupted;
    }
    Answer::Failed(failure(exception, setup, reporter, vm))
}

/// The failure that an exception is. While its report is made, all that is reported belongs to it.
pub(super) fn failure(
    exception: &PyBaseExceptionRef,
    setup: &Setup,
    reporter: &Reporter,
    vm: &VirtualMachine,
) -> Failure {
    let kept = Kept::default();
    let keeping = Reporter::new(kept.clone());
    report_module::connect(&keeping);
    Failures { reporter: &keeping, debug: setup.debug, vm }.show(exception);
    keeping.release();
    report_module::connect(reporter);
    let report = std::mem::take(&mut *kept.0.lock().unwrap_or_else(PoisonError::into_inner));
    // A definition may have broken what tells errors apart; then each stands for itself.
    let mut failure = identified(exception, vm, report.clone()).unwrap_or_else(|_| Failure {
        class: exception.class().name().to_string(),
        identity: format!("{report:?}"),
        affected_host: None,
        sort_key: Vec::new(),
        report,
    });
    failure.identity = without_place(&failure.identity, &setup.project);
    failure
}

/// What an error is about is the same wherever the project lies on a host: below other home directories, say.
fn without_place(identity: &str, project: &Path) -> String {
    // With one slash at its end, whatever it was joined from.
    let place = project.components().collect::<PathBuf>().join("");
    identity.replace(&*place.to_string_lossy(), "")
}

fn identified(exception: &PyBaseExceptionRef, vm: &VirtualMachine, report: Vec<Event>) -> PyResult<Failure> {
    let parts = module_named("batou._remote", vm)?.get_attr("identity", vm)?.call((exception.clone(),), vm)?;
    let part = |number: usize| parts.get_item(&number, vm);
    let host = part(2)?;
    Ok(Failure {
        class: text(&part(0)?, vm)?,
        identity: text(&part(1)?, vm)?,
        affected_host: if vm.is_none(&host) { None } else { Some(text(&host, vm)?) },
        sort_key: vm.extract_elements_with(&*part(3)?, |part| {
            match part.downcast_ref::<PyInt>().and_then(|number| i64::try_from(number.as_bigint()).ok()) {
                Some(number) => Ok(KeyPart::Number(number)),
                None => Ok(KeyPart::Text(text(&part, vm)?)),
            }
        })?,
        report,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_the_project_is_makes_no_other_error() {
        for project in ["/home/a/deployment", "/home/a/deployment/", "/home/a/deployment/."] {
            let identity = "File '/home/a/deployment/components/a.py', line 3: /home/a/deployments";
            let identity = without_place(identity, Path::new(project));
            assert_eq!(identity, "File 'components/a.py', line 3: /home/a/deployments");
        }
    }
}
