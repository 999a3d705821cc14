//! Component classes below root components, with `verify` and `update` of their own.

use super::attributes;
use super::classes::{Body, Writer, declarations, journal_lines};
use super::project::Style;
use super::python::{indented, method, quote};
use super::templates::{Scope, template};
use super::world::Mistake;

impl Writer<'_> {
    /// Writes the class of a part and adds one to `body`, or several.
    pub fn part(&mut self, body: &mut Body) {
        let number = self.next();
        let class = format!("Part{number}");
        let (lines, constructors) = if self.one_in(3) { self.reusable(number) } else { self.special(body, number) };
        let mut source = vec![format!("class {class}(Component):")];
        source.extend(indented(&lines));
        self.module.push(source);
        if self.one_in(8) {
            self.platform_class(&class);
        }
        body.lines.extend(constructors.iter().map(|arguments| format!("self += {class}({arguments})")));
        if self.one_in(5) {
            // Whatever was added last can be added to.
            let more = self.next();
            body.lines.push(format!("self._ += File('more{more}', content='below {{{{component._breadcrumb}}}}\\n')"));
        }
    }

    /// A class with a name and attributes that is used several times.
    fn reusable(&mut self, number: usize) -> (Vec<String>, Vec<String>) {
        let hosts = self.hosts.clone();
        let attributes = attributes::some(self.rng, "part_", &hosts, false);
        let scope = Scope { attributes: attributes.clone(), collected: Vec::new() };
        let text = template(self.rng, &scope) + "{{component.name}}";
        let mut lines = vec!["namevar = 'name'".to_owned()];
        lines.extend(declarations(&attributes));
        lines.extend(method(
            "configure(self)",
            &[format!("self += File(self.name + '.conf', content={})", quote(&text))],
        ));
        let constructors = (0..self.rng.usize(1..4)).map(|copy| {
            let mut arguments = format!("'p{number}-{copy}'");
            for attribute in &attributes {
                if self.rng.bool() {
                    let value = attributes::argument_for(self.rng, attribute, &hosts);
                    arguments.push_str(&format!(", {}={value}", attribute.name));
                }
            }
            arguments
        });
        (lines, constructors.collect())
    }

    /// A class that looks and acts itself, and is used once.
    fn special(&mut self, body: &Body, number: usize) -> (Vec<String>, Vec<String>) {
        let mut lines = Vec::new();
        // The files of the outer component stay its own: two modes for one file would never come to rest.
        let mut inner = Body { depth: body.depth + 1, ..Body::default() };
        if self.rng.u8(..3) > 0 {
            self.statements(&mut inner);
        }
        let predictable = self.style == Style::Predictable;
        let kinds = if predictable { 6 } else { 12 };
        let (mut verify, mut update, mut signature) = (Vec::new(), Vec::new(), "verify(self)");
        match self.rng.u8(..kinds) {
            0 | 1 => {
                verify.push(
                    [
                        "self.assert_no_changes()",
                        "self.assert_no_subcomponent_changes()",
                        "self.parent.assert_no_changes()",
                    ][self.rng.usize(..3)]
                    .into(),
                );
                update = journal_lines(&format!("journal{number}"), "self._breadcrumbs");
            }
            2 => {
                verify.push(format!("self.assert_cmd('test -f command{number}')"));
                update.push(format!("self.cmd('echo {{{{component._breadcrumb}}}} | tr a-z A-Z > command{number}')"));
            }
            3 => {
                let word = attributes::word(self.rng);
                inner.lines.push(format!("self.checksum({}.encode())", quote(word)));
                verify.push(format!("assert os.path.exists('sum{number}')"));
                verify.push(format!("with open('sum{number}') as file:"));
                verify.push("    if file.read() != self.checksum(): raise batou.UpdateNeeded()".into());
                update.push(format!("with open('sum{number}', 'w') as file:"));
                update.push("    file.write(self.checksum())".into());
            }
            4 => self.handler(number, &mut lines),
            5 => {
                // Requirements that change in the same run are not foreseen.
                let requirements: Vec<String> = if predictable { Vec::new() } else { body.declared.clone() };
                let requirements = requirements.iter().map(|path| quote(path)).collect::<Vec<_>>().join(", ");
                let key = if self.one_in(3) { ", key='st_mtime'" } else { "" };
                verify.push(format!("self.assert_file_is_current('stamp{number}', [{requirements}]{key})"));
                update.push(format!("self.touch('stamp{number}')"));
            }
            6 => {
                signature = ["verify(self, predicting=False)", "verify(self, **keywords)"][self.rng.usize(..2)];
                let test = if signature.contains("keywords") { "keywords.get('predicting')" } else { "predicting" };
                verify.push(format!("if {test}: raise batou.UpdateNeeded()"));
                verify.push(format!("assert os.path.isfile('asked{number}')"));
                update.push(format!("self.touch('asked{number}')"));
            }
            7 => {
                self.is_calm = false;
                verify.push(["raise batou.UpdateNeeded()", "assert False, 'always'"][self.rng.usize(..2)].into());
                update = journal_lines(&format!("always{number}"), "os.path.basename(os.getcwd())");
            }
            8 => self.own_times(number, &mut lines, &mut verify, &mut update),
            9 => self.context(number, &mut lines, &mut verify, &mut update),
            10 => self.failure(number, &mut verify, &mut update),
            _ => {
                verify.push("self.log('looking at %s', self._breadcrumb)".into());
                verify.push(format!("assert os.path.isfile('seen{number}')"));
                update.push("self.log('acting, without arguments')".into());
                update.push(format!("self.touch('seen{number}')"));
            }
        }
        if self.makes(Mistake::RaiseInVerify) {
            let error = self.error().replace("AssertionError", "ArithmeticError");
            verify.push(format!("raise {error}"));
        }
        if self.makes(Mistake::RaiseInUpdate) {
            verify.push("raise batou.UpdateNeeded()".into());
            let error = self.error();
            update.push(format!("raise {error}"));
        }
        if self.makes(Mistake::AssertInUpdate) {
            verify.push("raise batou.UpdateNeeded()".into());
            update.push("assert False, 'an update that fails on purpose'".into());
        }
        lines.extend(method("configure(self)", &inner.lines));
        // An `update` that nobody asks for: COMPATIBILITY.md, "`update` without `verify`".
        if !verify.is_empty() {
            lines.extend(method(signature, &verify));
            lines.extend(method("update(self)", &update));
        }
        (lines, vec![String::new()])
    }

    fn handler(&mut self, number: usize, lines: &mut Vec<String>) {
        for name in ["on_a", "on_b"].into_iter().take(self.rng.usize(1..3)) {
            let scope = ["*", "precursor"][self.rng.usize(..2)];
            lines.push(format!("@handle_event('before-update', '{scope}')"));
            let body = journal_lines(&format!("events{number}"), &format!("'{name} ' + source._breadcrumbs"));
            lines.extend(method(&format!("{name}(self, source)"), &body));
        }
    }

    fn own_times(
        &mut self,
        number: usize,
        lines: &mut Vec<String>,
        verify: &mut Vec<String>,
        update: &mut Vec<String>,
    ) {
        let times = ["50", "100", "150", "None"];
        let (one, other) = (times[self.rng.usize(..4)], times[self.rng.usize(..4)]);
        if one == "150" || other == "150" {
            self.is_calm = false;
        }
        self.module.push(vec![
            format!("class Dated{number}(Component):"),
            "    when = None".into(),
            "    def last_updated(self, key='st_mtime'):".into(),
            "        return self.when".into(),
        ]);
        lines.extend(method(
            "last_updated(self, key='st_mtime')",
            &[format!("return 100 if os.path.exists('dated{number}') else None")],
        ));
        verify.push(format!(
            "self.assert_component_is_current([Dated{number}(when={one}), Dated{number}(when={other})])"
        ));
        update.push(format!("self.touch('dated{number}')"));
    }

    fn context(&mut self, number: usize, lines: &mut Vec<String>, verify: &mut Vec<String>, update: &mut Vec<String>) {
        let swallows = self.one_in(3);
        lines.extend(method("__enter__(self)", &["self.entered = os.path.basename(os.getcwd())".into()]));
        lines.extend(method(
            "__exit__(self, kind, value, traceback)",
            &["self.log('leaving %s', kind)".into(), format!("return {}", if swallows { "True" } else { "False" })],
        ));
        if swallows {
            verify.push("raise RuntimeError('swallowed')".into());
        } else {
            verify.push(format!("assert os.path.isfile('context{number}')"));
        }
        update.push(format!("with open('context{number}', 'w') as file: file.write(self.entered)"));
    }

    /// Commands that fail, where that is allowed.
    fn failure(&mut self, number: usize, verify: &mut Vec<String>, update: &mut Vec<String>) {
        verify.push("out, err = self.cmd('echo out; echo err >&2; exit 3', ignore_returncode=True)".into());
        verify.push("assert (out, err) == ('out\\n', 'err\\n')".into());
        verify.push(format!("assert os.path.isfile('failed{number}')"));
        update.push("try:".into());
        update.push("    self.cmd('exit 4')".into());
        update.push("except batou.utils.CmdExecutionError as error:".into());
        update.push(format!("    with open('failed{number}', 'w') as file: file.write(str(error.returncode))"));
    }
}
