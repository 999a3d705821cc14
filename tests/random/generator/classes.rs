//! Component classes: the modules of a project with their root components.

use std::collections::BTreeMap;

use fastrand::Rng;

use super::attributes::{self, Attribute};
use super::project::Style;
use super::python::{indented, method, quote};
use super::templates::Scope;
use super::world::{Exchange, Mistake, Requirement, World};

/// Deeper trees would take longer and show nothing new.
pub const DEEPEST: usize = 3;

/// Writes the modules of a project.
pub struct Writer<'a> {
    pub rng: &'a mut Rng,
    pub world: &'a World,
    pub style: Style,
    pub hosts: Vec<String>,
    /// Files of the project.
    pub files: BTreeMap<String, String>,
    /// Whether a second run changes nothing.
    pub is_calm: bool,
    /// Paths below the project that something of the project removes again.
    pub junk: Vec<String>,
    /// Whether absolute paths below `/data` are mapped somewhere.
    pub maps_data: bool,
    /// Whether all absolute paths are mapped below the work directory.
    pub is_sandboxed: bool,
    /// Mistakes that no class makes yet.
    pub mistakes: Vec<Mistake>,
    /// Classes of the module at work.
    pub module: Vec<Vec<String>>,
    /// The directory of the module at work, below the project.
    pub directory: String,
    /// The work directory of the root component at work, below the project.
    pub workdir: String,
    serial: usize,
}

/// The statements of a `configure` method, as far as they are written.
#[derive(Default)]
pub struct Body {
    pub lines: Vec<String>,
    /// Files below the work directory that exist after the statements before, and have no mode of their own.
    pub declared: Vec<String>,
    pub scope: Scope,
    pub depth: usize,
}

impl<'a> Writer<'a> {
    /// A writer for a project of that outline.
    pub fn new(rng: &'a mut Rng, world: &'a World, style: Style) -> Self {
        let deploys_twice_in_one_place = world.roots.iter().any(|root| root.hosts.len() > 1);
        let maps_data = rng.u8(..5) == 0;
        let is_sandboxed = !maps_data && rng.u8(..10) == 0;
        Self {
            rng,
            world,
            style,
            hosts: world.host_names(),
            files: BTreeMap::new(),
            is_calm: !deploys_twice_in_one_place,
            junk: Vec::new(),
            maps_data,
            is_sandboxed,
            mistakes: world.mistakes.clone(),
            module: Vec::new(),
            directory: String::new(),
            workdir: String::new(),
            serial: 0,
        }
    }

    /// A number that no other name of the project has.
    pub fn next(&mut self) -> usize {
        self.serial += 1;
        self.serial
    }

    /// Whether the mistake is to be made here; it is made once.
    pub fn makes(&mut self, mistake: Mistake) -> bool {
        let found = self.mistakes.iter().position(|candidate| *candidate == mistake);
        if let Some(position) = found {
            self.mistakes.remove(position);
        }
        found.is_some()
    }

    /// True once in `chances` calls.
    pub fn one_in(&mut self, chances: u8) -> bool {
        self.rng.u8(..chances) == 0
    }

    /// Writes the module of a root component. Answers with the attributes that the environment may override.
    pub fn module_of(&mut self, number: usize) -> Vec<Attribute> {
        let world = self.world;
        let root = &world.roots[number];
        self.directory = format!("components/{}", root.directory);
        self.workdir = format!("work/{}", root.class.to_lowercase());
        self.module.clear();
        let attributes = attributes::some(self.rng, "root_", &self.hosts, true);
        let mut body = Body { scope: Scope { attributes: attributes.clone(), ..Scope::default() }, ..Body::default() };
        let requirements = world.exchanges.iter().enumerate().flat_map(|(index, exchange)| {
            let of_this = exchange.requirers.iter().filter(|requirer| requirer.root == number);
            of_this.map(move |requirement| (index, exchange, requirement))
        });
        for (index, exchange, requirement) in requirements {
            self.require(&mut body, index, exchange, requirement);
        }
        let provides_early = self.one_in(3);
        if provides_early {
            self.provide_all(&mut body, number);
        }
        self.statements(&mut body);
        if self.makes(Mistake::RaiseInConfigure) {
            let error = self.error();
            body.lines.push(format!("raise {error}"));
        }
        if !provides_early {
            self.provide_all(&mut body, number);
        }
        self.root_class(&root.class, &attributes, &body);
        self.finish_module();
        attributes
    }

    fn root_class(&mut self, class: &str, attributes: &[Attribute], body: &Body) {
        let mut lines = vec!["features = ()".to_owned()];
        lines.extend(declarations(attributes));
        lines.extend(method("configure(self)", &body.lines));
        let mut base = "Component".to_owned();
        // Errors about inherited attributes are different: COMPATIBILITY.md, "Errors about an inherited attribute".
        let names_attributes = [Mistake::OverrideWrong, Mistake::RequiredAttribute];
        if self.one_in(4) && !names_attributes.iter().any(|mistake| self.world.mistakes.contains(mistake)) {
            base = format!("{class}Base");
            let mut inherited = vec![format!("class {base}(Component):")];
            inherited.extend(indented(&lines));
            self.module.push(inherited);
            lines = vec!["own = Attribute(default='own')".into()];
        }
        if self.one_in(3) {
            let journal = self.next();
            let check = ["self.assert_no_changes()", "self.assert_no_subcomponent_changes()"][self.rng.usize(..2)];
            lines.extend(method("verify(self)", &[check.to_owned()]));
            lines.extend(method("update(self)", &journal_lines(&format!("root{journal}"), "'updated'")));
        }
        let mut source = vec![format!("class {class}({base}):")];
        source.extend(indented(&lines));
        self.module.push(source);
        if self.one_in(4) {
            self.platform_class(class);
        }
        if self.makes(Mistake::DuplicateClass) {
            self.module.push(vec![format!("Alias = {class}")]);
        }
        if self.makes(Mistake::RaiseWhileLoading) {
            self.module.push(vec!["raise ValueError('this file does not load on purpose')".into()]);
        }
    }

    /// A class whose instance is added to those of another one on a platform.
    pub fn platform_class(&mut self, class: &str) {
        let number = self.next();
        let platform = ["debian", "nixos"][self.rng.usize(..2)];
        let mut lines =
            vec![format!("@platform('{platform}', {class})"), format!("class Platform{number}(Component):")];
        // The class may have several instances, which have names then.
        let name = format!("'platform{number}-' + getattr(self.parent, 'name', 'x')");
        let body =
            [format!("self += File({name}, content='{platform} below {{{{component.parent._breadcrumb}}}}\\n')")];
        lines.extend(indented(&method("configure(self)", &body)));
        self.module.push(lines);
    }

    fn finish_module(&mut self) {
        let mut text = String::from(
            "import os\n\nimport batou\nfrom batou.component import (\n    Attribute, Component, ConfigString, HookComponent, handle_event, \
             platform)\nimport batou.lib.file\nfrom batou.lib.file import (\n    Content, Directory, File, Mode, Presence, Purge, Symlink)\n\
             from batou.utils import Address\n",
        );
        for class in &self.module {
            text.push_str("\n\n");
            text.push_str(&class.join("\n"));
            text.push('\n');
        }
        self.files.insert(format!("{}/component.py", self.directory), text);
    }

    fn require(&mut self, body: &mut Body, index: usize, exchange: &Exchange, requirement: &Requirement) {
        let name = format!("got_{index}");
        let mut arguments = quote(&exchange.key);
        if let Some(host) = requirement.host {
            let root = &self.world.roots[requirement.root];
            if root.hosts == [host] && self.one_in(2) {
                arguments.push_str(", host=self.host");
            } else {
                arguments.push_str(&format!(", host=self.environment.get_host('{}')", self.hosts[host]));
            }
        }
        for (flag, word) in [
            (!requirement.is_strict, ", strict=False"),
            (requirement.is_reverse, ", reverse=True"),
            (requirement.is_dirty, ", dirty=True"),
        ] {
            if flag {
                arguments.push_str(word);
            }
        }
        if requirement.wants_one {
            body.lines.push(format!("self.{name} = [str(self.require_one({arguments}))]"));
        } else if exchange.gives_components {
            body.lines
                .push(format!("self.{name}_parts = sorted(self.require({arguments}), key=lambda part: part.name)"));
            body.lines.push(format!("self.{name} = [part.name for part in self.{name}_parts]"));
            let number = self.next();
            let mut lines = vec![format!("class Watcher{number}(Component):")];
            let check = [format!("for part in self.parent.{name}_parts:"), "    part.assert_no_changes()".into()];
            lines.extend(indented(&method("verify(self)", &check)));
            lines.extend(indented(&method("update(self)", &journal_lines(&format!("watched{number}"), "'seen'"))));
            self.module.push(lines);
            body.lines.push(format!("self += Watcher{number}()"));
        } else {
            // The original gives the values of several providers in any order.
            body.lines.push(format!("self.{name} = sorted(self.require({arguments}))"));
            let is_single = exchange.providers.len() == 1 && exchange.requirers.len() == 1;
            if is_single && requirement.is_strict && !requirement.is_dirty && self.one_in(3) {
                body.lines.push(format!("self.{name}[0]"));
            }
        }
        body.scope.collected.push(name);
    }

    fn provide_all(&mut self, body: &mut Body, number: usize) {
        for exchange in self.world.exchanges.iter().filter(|exchange| exchange.providers.contains(&number)) {
            let key = quote(&exchange.key);
            if exchange.gives_components {
                let serial = self.next();
                self.module.push(vec![
                    format!("class Hook{serial}(HookComponent):"),
                    format!("    key = {key}"),
                    "    namevar = 'name'".into(),
                    "    def configure(self):".into(),
                    "        super().configure()".into(),
                    format!("        self += File('hook{serial}', content='hook {{{{component.name}}}}\\n')"),
                ]);
                body.lines.push(format!("self += Hook{serial}('hook{serial}')"));
                continue;
            }
            let mut value = format!("self.host.name + '/' + self.root.name + '/{}'", self.rng.u8(..));
            if !body.scope.collected.is_empty() && self.one_in(2) {
                let got = &body.scope.collected[self.rng.usize(..body.scope.collected.len())];
                value.push_str(&format!(" + '<' + '+'.join(self.{got})"));
            }
            body.lines.push(format!("self.provide({key}, {value})"));
        }
    }

    /// An expression for an error that a definition may raise.
    pub fn error(&mut self) -> String {
        let number = self.next();
        [
            format!("batou.ConfigurationError.from_context('wrong {number} on purpose', self)"),
            format!("batou.ConfigurationError.from_context('wrong {number} on purpose')"),
            format!("RuntimeError('broken {number} on purpose')"),
            format!("KeyError('key{number}')"),
            format!("ValueError('wert über {number} on purpose')"),
            "batou.SilentConfigurationError()".into(),
            format!("AssertionError('assertion {number} on purpose')"),
            "NotImplementedError()".into(),
        ][self.rng.usize(..8)]
        .clone()
    }
}

/// The class body lines that declare attributes.
pub fn declarations(attributes: &[Attribute]) -> Vec<String> {
    attributes.iter().map(|attribute| format!("{} = {}", attribute.name, attribute.declaration)).collect()
}

/// Statements that append a line to a file in the root component's work directory.
pub fn journal_lines(file: &str, expression: &str) -> Vec<String> {
    vec![
        format!("with open(os.path.join(self.root.workdir, '{file}'), 'a') as journal:"),
        format!("    journal.write({expression} + '\\n')"),
    ]
}
