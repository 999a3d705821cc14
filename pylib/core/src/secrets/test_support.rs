//! Surroundings for tests: a directory of their own, and answers that are known beforehand.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::Path;
use std::sync::{Arc, Mutex};

use secrecy::SecretString;

use super::{Dialogue, NoAnswer, Session, Surroundings};

/// Answers questions one after the other, and remembers them.
#[derive(Default)]
pub(super) struct Scripted {
    answers: Mutex<VecDeque<String>>,
    /// What was asked.
    pub questions: Mutex<Vec<String>>,
    /// What was told.
    pub warnings: Mutex<Vec<String>>,
}

impl Scripted {
    /// Gives these answers; then there is nobody any more.
    pub fn new(answers: &[&str]) -> Arc<Self> {
        let answers = answers.iter().map(|&answer| answer.to_owned()).collect();
        Arc::new(Scripted { answers: Mutex::new(answers), ..Scripted::default() })
    }

    /// What was asked until now.
    pub fn asked(&self) -> Vec<String> {
        self.questions.lock().unwrap().clone()
    }
}

impl Dialogue for Scripted {
    fn ask_secret(&self, prompt: &str) -> Result<SecretString, NoAnswer> {
        self.questions.lock().unwrap().push(prompt.to_owned());
        self.answers.lock().unwrap().pop_front().map(SecretString::from).ok_or(NoAnswer::NoTerminal)
    }

    fn warn(&self, text: &str) {
        self.warnings.lock().unwrap().push(text.to_owned());
    }
}

/// Surroundings with a project, these variables only, and that dialogue.
pub(super) fn surroundings(project: &Path, variables: &[(&str, &str)], dialogue: &Arc<Scripted>) -> Surroundings {
    let variables: Vec<(String, OsString)> =
        variables.iter().map(|&(name, value)| (name.to_owned(), OsString::from(value))).collect();
    Surroundings {
        project: project.to_path_buf(),
        home: None,
        variables: Arc::new(move |name| {
            variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
        }),
        dialogue: dialogue.clone(),
        session: Session::default(),
    }
}
