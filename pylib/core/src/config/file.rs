//! What a configuration file holds.

/// The section whose options appear in every other section.
pub const DEFAULT_SECTION: &str = "DEFAULT";

/// A parsed configuration file, in the order of its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigFile {
    /// The options of `[DEFAULT]`, which every section inherits.
    pub defaults: Vec<ConfigOption>,
    /// All other sections.
    pub sections: Vec<Section>,
}

/// One `[name]` and its own options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The text between the brackets, as written.
    pub name: String,
    /// The line of the header, counted from 1.
    pub line: usize,
    /// The options written in this section; those of `[DEFAULT]` are not among them.
    pub options: Vec<ConfigOption>,
}

/// One `name = value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigOption {
    /// The name, case kept.
    pub name: String,
    /// The value; lines are joined by a newline.
    pub value: String,
    /// The line of the name, counted from 1.
    pub line: usize,
}

impl ConfigFile {
    /// The section of that name, `[DEFAULT]` excluded.
    pub fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.name == name)
    }

    /// The options that count in a section: its own in file order, then those of `[DEFAULT]` that it does not set itself.
    /// This is the order of Python's `dict(parser[name])`. `None` if there is no such section.
    pub fn effective(&self, name: &str) -> Option<Vec<&ConfigOption>> {
        let section = self.section(name)?;
        let inherited = self.defaults.iter().filter(|default| section.option(&default.name).is_none());
        Some(section.options.iter().chain(inherited).collect())
    }
}

impl Section {
    /// The section's own option of that name.
    pub fn option(&self, name: &str) -> Option<&ConfigOption> {
        self.options.iter().find(|option| option.name == name)
    }
}
