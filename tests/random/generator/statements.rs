//! Statements of `configure`: what is added to a component.

use super::attributes::word;
use super::classes::{Body, DEEPEST, Writer};
use super::project::Style;
use super::python::quote;
use super::templates::{Scope, template};
use super::world::Mistake;

impl Writer<'_> {
    /// Appends some statements.
    pub fn statements(&mut self, body: &mut Body) {
        let most = [6, 4, 3, 2][body.depth.min(3)];
        for _ in 0..self.rng.usize(1..=most) {
            self.statement(body);
        }
    }

    fn statement(&mut self, body: &mut Body) {
        let predictable = self.style == Style::Predictable;
        match self.rng.u8(..30) {
            0..=5 => self.file(body),
            6 => self.sourced(body),
            7 => self.directory(body),
            8 => self.link(body),
            9 => self.purge(body),
            10 => self.presence(body),
            11 => self.mode(body),
            12 => {
                let number = self.next();
                body.lines.push(format!("self.workdir = os.path.join(self.workdir, 'moved{number}')"));
                body.declared.clear();
            }
            13..=19 if body.depth < DEEPEST => self.part(body),
            // Deployed twice in one run, but looked at twice in a prediction.
            20 if !predictable => self.twice(body),
            21 => body.lines.push(["self += None", "self |= None"][self.rng.usize(..2)].into()),
            22 => body.lines.push(format!(
                "self.log({})",
                ["'configuring %s', self.host.name", "'plain words'", "'%d of %d', 1, 2"][self.rng.usize(..3)]
            )),
            23 => self.expanded(body),
            24 => self.conditional(body),
            25 => self.read_back(body),
            26 => self.outside(body),
            27 => {
                let number = self.next();
                body.lines.push(format!("File('forgotten{number}', content='never added')"));
            }
            28 => self.wrong(body),
            _ => self.file(body),
        }
    }

    /// A mode that a new file does not have by itself: what has it already is no change in a run, but in a prediction.
    fn mode_value(&mut self) -> &'static str {
        let modes = ["0o600", "0o640", "'750'", "'rwxr-x--x'", "0o400", "0o644"];
        let count = if self.style == Style::Predictable { 5 } else { 6 };
        modes[self.rng.usize(..count)]
    }

    fn file(&mut self, body: &mut Body) {
        let number = self.next();
        let mut path = format!("file{number}");
        let mut arguments = String::new();
        if self.one_in(6) {
            path = format!("deep{number}/er/{path}");
            arguments.push_str(", leading=True");
        }
        let content = template(self.rng, &body.scope);
        let content = if self.makes(Mistake::UndefinedInTemplate) { "{{ undefined_name }}".into() } else { content };
        let mut literal = quote(&content);
        match self.rng.u8(..10) {
            0 => arguments.push_str(", is_template=False"),
            1 => literal.push_str(".encode('utf-8')"),
            2 => {
                literal = quote(&format!("{content}{{{{args.extra}}}} {{{{args['n']}}}}\n"));
                arguments.push_str(", template_args={'extra': 'more', 'n': 3}");
            }
            3 => arguments.push_str(", encoding='latin-1'"),
            4 => arguments.push_str([", sensitive_data=True", ", sensitive_data=False"][self.rng.usize(..2)]),
            5 => arguments.push_str(", owner='daemon', group='daemon'"),
            6 => {
                literal = format!("b'binary \\x00\\xff {number}\\r\\n'");
                arguments.push_str(", is_template=False, encoding=None");
            }
            7 if self.style != Style::Predictable => literal = "''".into(),
            _ => (),
        }
        // Without a mode ours keeps what is sensitive for its owner; a case of its own shows that.
        let has_mode = self.one_in(4) || arguments.contains("sensitive_data=True");
        if has_mode {
            arguments.push_str(&format!(", mode={}", self.mode_value()));
        }
        body.lines.push(format!("self += File('{path}', content={literal}{arguments})"));
        if !has_mode {
            body.declared.push(path);
        }
    }

    fn sourced(&mut self, body: &mut Body) {
        let number = self.next();
        let text = template(self.rng, &body.scope);
        let name = format!("source{number}");
        self.files.insert(format!("{}/{name}", self.directory), text);
        let statement = match self.rng.u8(..4) {
            0 => format!("self += File('{name}')"),
            1 => format!("self += File('{name}', is_template=False)"),
            2 => format!("self += Content('{name}')"),
            _ => format!("self += File('from-{name}', source='{name}')"),
        };
        let path = if statement.contains("from-") { format!("from-{name}") } else { name };
        body.declared.push(path);
        body.lines.push(statement);
    }

    fn directory(&mut self, body: &mut Body) {
        let number = self.next();
        let statement = match self.rng.u8(..4) {
            0 => format!("self += Directory('dir{number}')"),
            1 => format!("self += Directory('dir{number}/one/two', leading=True)"),
            2 => format!("self += File('dir{number}', ensure='directory', mode=0o750)"),
            _ => format!("self += File('dir{number}', ensure='directory')"),
        };
        body.lines.push(statement);
        if self.rng.bool() {
            let content = quote(&template(self.rng, &body.scope));
            let path = format!("dir{number}/inside");
            body.lines.push(format!("self += File('{path}', content={content})"));
            body.declared.push(path);
        }
    }

    fn link(&mut self, body: &mut Body) {
        let number = self.next();
        let target = match body.declared.last() {
            Some(path) if self.rng.bool() => path.clone(),
            _ => format!("dangling{number}"),
        };
        body.lines.push(if self.rng.bool() {
            format!("self += Symlink('link{number}', source='{target}')")
        } else {
            format!("self += File('link{number}', ensure='symlink', link_to='{target}')")
        });
    }

    fn purge(&mut self, body: &mut Body) {
        let number = self.next();
        if self.style != Style::Predictable && !body.declared.is_empty() && self.one_in(4) {
            let path = body.declared.remove(self.rng.usize(..body.declared.len()));
            body.lines.push(format!("self += Purge('{path}')"));
            self.is_calm = false;
            return;
        }
        if !body.lines.iter().any(|line| line.contains("self.workdir =")) && body.depth == 0 {
            self.junk.push(format!("{}/junk{number}-old", self.workdir));
        }
        body.lines.push(format!("self += Purge('junk{number}*')"));
    }

    fn presence(&mut self, body: &mut Body) {
        let number = self.next();
        let content = quote(&template(self.rng, &body.scope));
        let path = format!("present{number}");
        match self.rng.u8(..3) {
            0 => body.lines.push(format!("self += Presence('{path}')")),
            1 => {
                body.lines.push(format!("self += Presence('{path}')"));
                body.lines.push(format!("self += Content('{path}', content={content})"));
            }
            _ => body.lines.push(format!("self += Presence('leading{number}/{path}', leading=True)")),
        }
    }

    fn mode(&mut self, body: &mut Body) {
        let Some(path) = body.declared.pop() else { return };
        let mode = self.mode_value();
        body.lines.push(format!("self += Mode('{path}', mode={mode})"));
    }

    fn twice(&mut self, body: &mut Body) {
        let number = self.next();
        body.lines.push(format!("again = File('again{number}', content='{{{{component._breadcrumbs}}}}\\n')"));
        body.lines.push(["self += again", "self |= again"][self.rng.usize(..2)].into());
        body.lines.push("self += again".into());
        if self.rng.bool() {
            body.lines.push(format!("self += File('after{number}', content=again._breadcrumbs + '\\n')"));
        }
    }

    fn expanded(&mut self, body: &mut Body) {
        let number = self.next();
        let text = template(self.rng, &body.scope);
        if self.rng.bool() {
            body.lines
                .push(format!("self.text{number} = self.expand({}, extra='keyword')", quote(&(text + "{{extra}}"))));
        } else {
            let name = format!("template{number}");
            self.files.insert(format!("{}/{name}", self.directory), text);
            body.lines.push(format!("self.text{number} = self.template('{name}')"));
        }
        body.lines.push(format!(
            "self += File('expanded{number}', content='{{{{component.text{number}}}}} of {{{{component._breadcrumb}}}}\\n')"
        ));
    }

    fn conditional(&mut self, body: &mut Body) {
        let number = self.next();
        let condition = [
            "'fast' in getattr(self.root.component, 'features', ())",
            "self.host.platform == 'debian'",
            "self.host.data.get('size')",
            "self.environment.branch is None",
            "'sub_components' in vars(self.parent)",
            "self.require('never-provided', strict=False)",
        ][self.rng.usize(..6)];
        let word = word(self.rng);
        body.lines.push(format!("if {condition}:"));
        body.lines.push(format!("    self += File('if{number}', content={})", quote(&format!("{word}\n"))));
        body.lines.push("else:".into());
        body.lines.push(format!("    self += File('else{number}', content=repr(self) + '\\n')"));
    }

    fn read_back(&mut self, body: &mut Body) {
        let number = self.next();
        let content = quote(&template(self.rng, &Scope::default()));
        body.lines.push(format!("self += File('read{number}', content={content})"));
        body.lines.push(format!("self.read{number} = str(len(self._.content)) + ' ' + self._.content.decode()[:9]"));
        body.lines.push(format!("self += File('back{number}', content=self.read{number}, is_template=False)"));
    }

    fn outside(&mut self, body: &mut Body) {
        let number = self.next();
        if self.is_sandboxed {
            // The original makes parent directories while it configures, ours does so only to deploy: COMPATIBILITY.md, "Predictions".
            body.lines
                .push(format!("self += File('/sandboxed/place{number}', content=self.map('/sandboxed') + '\\n')"));
            return;
        }
        let directory = if self.maps_data { "/data" } else { "@SANDBOX@/outside" };
        body.lines.push(format!("self += Directory('{directory}/place{number}', leading=True)"));
        body.lines
            .push(format!("self += File('{directory}/place{number}/file', content=self.map('{directory}') + '\\n')"));
    }

    fn wrong(&mut self, body: &mut Body) {
        if !self.makes(Mistake::WrongArgument) {
            return;
        }
        let number = self.next();
        body.lines.push(
            [
                format!("self += File('wrong{number}', content='x', nonsense=1)"),
                format!("self += File('wrong{number}')"),
                format!("self += File('wrong{number}', content='x', source='y')"),
                format!("self += File('wrong{number}', content='x', mode='u+x')"),
                format!("self += File('wrong{number}', ensure='nothing')"),
                "self += File()".into(),
                "self += 'no component'".into(),
                "Component('name')".into(),
            ][self.rng.usize(..8)]
            .clone(),
        );
    }
}
