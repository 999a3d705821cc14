//! Whole projects.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use fastrand::Rng;

use super::classes::Writer;
use super::environment;
use super::world::World;

/// How far a project may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Everything.
    Any,
    /// What a component looks at is not changed by others in the same run, so predictions are exact.
    Predictable,
    /// Nothing that the whole original leaves to chance: the order of root components that do not require each other.
    Whole,
}

/// A random project.
pub struct Project {
    /// Text of the files, by path below the project.
    pub files: BTreeMap<String, String>,
    /// Whether a second deployment changes nothing.
    pub is_calm: bool,
    /// Paths below the project that its components remove if they exist.
    pub junk: Vec<String>,
    /// What is wrong on purpose, for people.
    pub mistakes: String,
}

/// Draws a project.
pub fn generate(rng: &mut Rng, style: Style) -> Project {
    let world = World::draw(rng, style);
    let mut writer = Writer::new(rng, &world, style);
    let attributes: Vec<_> = (0..world.roots.len()).map(|number| writer.module_of(number)).collect();
    let text = environment::text(&mut writer, &attributes);
    writer.files.insert("environments/test/environment.cfg".into(), text);
    Project {
        files: writer.files,
        is_calm: writer.is_calm,
        junk: writer.junk,
        mistakes: format!("{:?}", world.mistakes),
    }
}

impl Project {
    /// Writes the files below a directory, which is then a case of the differential tests without steps.
    pub fn write(&self, directory: &Path) -> Result<(), String> {
        for (path, text) in &self.files {
            let path = directory.join(path);
            let folder = path.parent().ok_or("a file needs a directory")?;
            fs::create_dir_all(folder)
                .and_then(|()| fs::write(&path, text))
                .map_err(|error| format!("{}: {error}", path.display()))?;
        }
        Ok(())
    }
}
