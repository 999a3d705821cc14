//! Names of Python 2 that are gone: built-ins, modules, methods.

use std::collections::HashSet;

use super::finding::{Cause, Finding, Places};
use super::syntax::statements;
use super::tokens::{Kind, LogicalLine, Token};

/// Modules and where their content is today.
const MODULES: [(&str, &str); 29] = [
    ("BaseHTTPServer", "http.server"),
    ("ConfigParser", "configparser"),
    ("Cookie", "http.cookies"),
    ("HTMLParser", "html.parser"),
    ("Queue", "queue"),
    ("SimpleHTTPServer", "http.server"),
    ("SocketServer", "socketserver"),
    ("StringIO", "io"),
    ("UserDict", "collections"),
    ("__builtin__", "builtins"),
    ("anydbm", "dbm"),
    ("cPickle", "pickle"),
    ("cStringIO", "io"),
    ("commands", "subprocess"),
    ("cookielib", "http.cookiejar"),
    ("copy_reg", "copyreg"),
    ("dummy_thread", "_thread"),
    ("exceptions", "builtins"),
    ("htmlentitydefs", "html.entities"),
    ("httplib", "http.client"),
    ("md5", "hashlib"),
    ("repr", "reprlib"),
    ("robotparser", "urllib.robotparser"),
    ("sets", "the built-in set"),
    ("sha", "hashlib"),
    ("thread", "_thread"),
    ("urllib2", "urllib.request"),
    ("urlparse", "urllib.parse"),
    ("xmlrpclib", "xmlrpc.client"),
];

/// Built-in names and what to write.
const BUILTINS: [(&str, &str); 17] = [
    ("StandardError", "Exception"),
    ("apply", "function(*arguments)"),
    ("basestring", "str"),
    ("buffer", "memoryview"),
    ("cmp", "(a > b) - (a < b), or a key function for sorting"),
    ("coerce", "an explicit conversion"),
    ("execfile", "exec(open(...).read())"),
    ("file", "open"),
    ("intern", "sys.intern"),
    ("long", "int"),
    ("raw_input", "input"),
    ("reduce", "functools.reduce"),
    ("reload", "importlib.reload"),
    ("unichr", "chr"),
    ("unicode", "str"),
    ("xrange", "range"),
    ("__metaclass__", "class Name(metaclass=...)"),
];

/// Methods and attributes, whatever object has them.
const MEMBERS: [(&str, &str); 13] = [
    ("func_code", "__code__"),
    ("func_defaults", "__defaults__"),
    ("func_name", "__name__"),
    ("has_key", "`key in dictionary`"),
    ("im_class", "type(method.__self__)"),
    ("im_func", "__func__"),
    ("im_self", "__self__"),
    ("iteritems", "items()"),
    ("iterkeys", "keys()"),
    ("itervalues", "values()"),
    ("viewitems", "items()"),
    ("viewkeys", "keys()"),
    ("viewvalues", "values()"),
];

/// Members of modules that still exist.
const MODULE_MEMBERS: [(&str, &str, &str); 22] = [
    ("itertools", "ifilter", "filter"),
    ("itertools", "ifilterfalse", "itertools.filterfalse"),
    ("itertools", "imap", "map"),
    ("itertools", "izip", "zip"),
    ("itertools", "izip_longest", "itertools.zip_longest"),
    ("os", "getcwdu", "os.getcwd"),
    ("string", "join", "separator.join(list)"),
    ("string", "letters", "string.ascii_letters"),
    ("string", "lower", "text.lower()"),
    ("string", "lowercase", "string.ascii_lowercase"),
    ("string", "replace", "text.replace(...)"),
    ("string", "split", "text.split(...)"),
    ("string", "strip", "text.strip()"),
    ("string", "uppercase", "string.ascii_uppercase"),
    ("sys", "maxint", "sys.maxsize"),
    ("urllib", "quote", "urllib.parse.quote"),
    ("urllib", "quote_plus", "urllib.parse.quote_plus"),
    ("urllib", "unquote", "urllib.parse.unquote"),
    ("urllib", "unquote_plus", "urllib.parse.unquote_plus"),
    ("urllib", "urlencode", "urllib.parse.urlencode"),
    ("urllib", "urlopen", "urllib.request.urlopen"),
    ("urllib", "urlretrieve", "urllib.request.urlretrieve"),
];

/// Finds names that Python has no more and the file does not define itself.
pub(super) fn find(lines: &[LogicalLine<'_>], places: &Places<'_>) -> Vec<Finding> {
    let bound = bound_names(lines);
    let mut found = Vec::new();
    let mut modules = HashSet::new();
    for (index, line) in lines.iter().enumerate() {
        let (Some(first), Some(last)) = (line.tokens.first(), line.tokens.last()) else { continue };
        let statement = (first.start, last.end());
        let mut add = |from: &Token<'_>, to: &Token<'_>, remedy: String, name: &str| {
            let cause = Cause::Name(name.to_owned());
            found.push(places.finding((from.start, to.end()), statement, remedy, cause));
        };
        // What is tried has another way out.
        let tried = index > 0 && lines[index - 1].tokens.first().is_some_and(|token| token.is("try"));
        let mut is_import = false;
        for part in statements(&line.tokens) {
            let imported = imports(part);
            is_import |= !imported.is_empty();
            for (module, is_plain) in imported.into_iter().filter(|_| !tried) {
                let Some(today) = meaning(&MODULES, module.text) else { continue };
                if !bound.contains(module.text) {
                    add(module, module, format!("{} is {today} today", module.text), module.text);
                    if is_plain {
                        modules.insert(module.text);
                    }
                }
            }
            if !tried
                && let [from, module, _, names @ ..] = part
                && from.is("from")
            {
                for name in names {
                    if let Some(today) = module_member(module.text, name.text) {
                        add(name, name, format!("write {today}"), name.text);
                    }
                }
            }
        }
        if !is_import {
            uses(&line.tokens, &bound, &modules, &mut add);
        }
    }
    found
}

fn uses<'text>(
    tokens: &[Token<'text>],
    bound: &HashSet<&str>,
    modules: &HashSet<&str>,
    add: &mut impl FnMut(&Token<'text>, &Token<'text>, String, &str),
) {
    for (index, token) in tokens.iter().enumerate().filter(|(_, token)| token.kind == Kind::Name) {
        let (before, after) = tokens.split_at(index);
        let after = &after[1..];
        let follows =
            |texts: &[&str]| after.len() >= texts.len() && texts.iter().zip(after).all(|(text, token)| token.is(text));
        let name = token.text;
        if before.last().is_some_and(|before| before.is(".")) {
            if let Some(today) = meaning(&MEMBERS, name).filter(|_| !bound.contains(name)) {
                add(token, token, format!("write {today}: {name} is gone"), name);
            } else if name == "next" && follows(&["(", ")"]) && !bound.contains(name) {
                add(token, token, "write next(iterator): iterators have no method next".into(), name);
            } else if matches!(name, "keys" | "values" | "items") && follows(&["(", ")", "["]) {
                add(token, token, format!("write list(...)[...]: {name}() is no list"), "[");
            } else if matches!(name, "keys" | "values" | "items") && follows(&["(", ")", ".", "sort"]) {
                add(token, token, format!("write sorted(...): {name}() is no list"), "sort");
            }
        } else if let [dot, member, ..] = after
            && dot.is(".")
            && let Some(today) = module_member(name, member.text)
        {
            add(token, member, format!("write {today}"), member.text);
        } else if modules.contains(name) && follows(&["."]) {
            let today = meaning(&MODULES, name).unwrap_or_default();
            add(token, token, format!("{name} is {today} today"), name);
        } else if let Some(today) = meaning(&BUILTINS, name) {
            let is_own = name != "__metaclass__" && bound.contains(name);
            let is_keyword = token.depth > 0 && follows(&["="]);
            if !is_own && !is_keyword {
                add(token, token, format!("write {today}: {name} is gone"), name);
            }
        }
    }
}

fn meaning<'a>(table: &[(&str, &'a str)], name: &str) -> Option<&'a str> {
    table.iter().find(|(known, _)| *known == name).map(|(_, today)| *today)
}

fn module_member(module: &str, member: &str) -> Option<&'static str> {
    MODULE_MEMBERS.iter().find(|(of, known, _)| *of == module && *known == member).map(|(_, _, today)| *today)
}

/// The modules that a statement imports, each with whether its own name is then known.
fn imports<'line, 'text>(statement: &'line [Token<'text>]) -> Vec<(&'line Token<'text>, bool)> {
    match statement {
        [from, module, import, ..] if from.is("from") && import.is("import") => vec![(module, false)],
        [import, modules @ ..] if import.is("import") => modules
            .split(|token| token.is(","))
            .filter_map(|part| match part {
                [module] => Some((module, true)),
                [module, renamed, ..] if renamed.is("as") => Some((module, false)),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// The names that a file binds itself in any place, but for those of plain imports and of caught exceptions.
pub(super) fn bound_names<'text>(lines: &[LogicalLine<'text>]) -> HashSet<&'text str> {
    let mut bound = HashSet::new();
    for line in lines {
        let tokens = &line.tokens;
        for (index, token) in tokens.iter().enumerate().filter(|(_, token)| token.kind == Kind::Name) {
            let before = index.checked_sub(1).map(|before| &tokens[before]);
            let after = tokens.get(index + 1);
            let is_after = |texts: &[&str]| before.is_some_and(|before| texts.iter().any(|text| before.is(text)));
            if is_after(&["def", "class", "as", "global", "nonlocal"]) || after.is_some_and(|after| after.is(":=")) {
                bound.insert(token.text);
            }
        }
        for statement in statements(tokens) {
            bind_in_statement(statement, &mut bound);
        }
        bind_between(tokens, "for", "in", &mut bound);
        bind_between(tokens, "lambda", ":", &mut bound);
        if let Some(place) = tokens.iter().position(|token| token.is("def")) {
            let parameters = tokens[place..].windows(2).filter(|pair| pair[1].depth > 0);
            bound.extend(
                parameters
                    .filter(|pair| pair[0].is("(") || pair[0].is(",") || pair[0].is("*"))
                    .map(|pair| pair[1].text),
            );
        }
    }
    bound
}

fn bind_in_statement<'text>(statement: &[Token<'text>], bound: &mut HashSet<&'text str>) {
    let [first, rest @ ..] = statement else { return };
    if first.is("except") {
        // Which is forgotten at the end of its block.
        if let Some(caught) = statement.windows(2).find(|pair| pair[0].is("as")) {
            bound.remove(caught[1].text);
        }
    }
    if first.is("from") {
        let names = rest.iter().skip_while(|token| !token.is("import")).skip(1);
        bound.extend(names.filter(|token| token.kind == Kind::Name).map(|token| token.text));
    }
    if let Some(assignment) = statement.iter().rposition(|token| token.depth == 0 && token.is("=")) {
        let grouped = first.is("(") || first.is("[");
        let mut previous = None;
        for target in &statement[..assignment] {
            if target.kind == Kind::Name && (grouped || target.depth == 0) && previous != Some(".") {
                bound.insert(target.text);
            }
            previous = Some(target.text);
        }
    }
}

/// Binds all names between two words.
fn bind_between<'text>(tokens: &[Token<'text>], from: &str, to: &str, bound: &mut HashSet<&'text str>) {
    for (index, _) in tokens.iter().enumerate().filter(|(_, token)| token.is(from)) {
        let names = tokens[index + 1..].iter().take_while(|token| !token.is(to));
        bound.extend(names.filter(|token| token.kind == Kind::Name).map(|token| token.text));
    }
}
