//! Which programs run.

use super::error::SupervisorError;
use super::xml_rpc::Value;

/// supervisor's number for the state `RUNNING`.
const RUNNING: i64 = 20;

/// The programs that run, as `GROUP:NAME`, of the answer to `supervisor.getAllProcessInfo`.
pub(super) fn running(answer: &Value) -> Result<Vec<String>, SupervisorError> {
    let Value::List(programs) = answer else {
        return Err(SupervisorError::Unexpected("a list of programs"));
    };
    let mut running = Vec::new();
    for program in programs {
        let text = |name| program.field(name).and_then(Value::text);
        let state = program.field("state").and_then(Value::integer);
        let (Some(group), Some(name), Some(state)) = (text("group"), text("name"), state) else {
            return Err(SupervisorError::Unexpected("group, name and state of a program"));
        };
        if state == RUNNING {
            running.push(format!("{group}:{name}"));
        }
    }
    Ok(running)
}

/// Whether a program runs. A name alone is that of a program in a group of its own; `GROUP:*` and `GROUP:` ask for any of a group.
pub fn is_running<T: AsRef<str>>(program: &str, running: &[T]) -> bool {
    match program.split_once(':') {
        None => running.iter().any(|found| found.as_ref().split_once(':') == Some((program, program))),
        Some((group, "" | "*")) => {
            running.iter().any(|found| found.as_ref().split_once(':').is_some_and(|(of, _)| of == group))
        }
        Some(_) => running.iter().any(|found| found.as_ref() == program),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(group: &str, name: &str, state: i64) -> Value {
        Value::Fields(vec![
            ("group".into(), Value::Text(group.into())),
            ("name".into(), Value::Text(name.into())),
            ("state".into(), Value::Integer(state)),
        ])
    }

    #[test]
    fn only_programs_that_run_are_named() {
        let answer = Value::List(vec![program("web", "web", 20), program("job", "job", 10), program("all", "one", 20)]);
        assert_eq!(running(&answer).unwrap(), ["web:web", "all:one"]);
        assert!(running(&Value::Text("web".into())).is_err());
        assert!(running(&Value::List(vec![Value::Integer(1)])).is_err());
    }

    #[test]
    fn programs_of_groups_are_found_by_group_and_name() {
        let running = ["web:web", "all:one"];
        assert!(is_running("web", &running));
        assert!(is_running("all:one", &running));
        assert!(is_running("all:*", &running));
        for name in ["one", "all", "all:two", "we", "other:*", ""] {
            assert!(!is_running(name, &running), "{name}");
        }
    }
}
