use super::{Failure, findings, names_after_except, report};

/// Line and remedy of everything found.
fn found(text: &str) -> Vec<(usize, String)> {
    findings(text).into_iter().map(|finding| (finding.line, finding.remedy)).collect()
}

#[test]
fn every_place_is_found_with_what_to_write() {
    let table = [
        ("print 'x'", "write print('x'): print is a function"),
        ("print", "write print(): print is a function"),
        ("if a: print a,", "write print(a, end=\" \"): print is a function"),
        ("print >>sys.stderr, 'x', y", "write print(..., file=sys.stderr): print is a function"),
        ("exec 'x = 1'", "write exec('x = 1'): exec is a function"),
        ("exec code in names", "write exec(code, names): exec is a function"),
        ("raise ValueError, 'x'", "write raise ValueError('x')"),
        ("raise a.Error, 'x %s' % y, traceback", "write raise a.Error('x %s' % y)"),
        ("raise 'text'", "write raise Error(text): a text is no exception"),
        ("except KeyError, e:", "write except KeyError as e"),
        ("except (KeyError, a.B), e: pass", "write except (KeyError, a.B) as e"),
        ("mode = 0755", "write 0o755: octal numbers start with 0o"),
        ("mode = 0755L", "write 0o755: octal numbers start with 0o"),
        ("x = 10L", "write 10: integers have no suffix L"),
        ("x = 0xFFl", "write 0xFF: integers have no suffix L"),
        ("x = ur'\\d'", "write r'\\d': there is no prefix ur"),
        ("x = `1 + 1`", "write repr(1 + 1): backquotes are gone"),
        ("if 1 <> 2: pass", "unequal is !="),
        ("def f(a, (b, c), d=(1, 2)): pass", "take one name and unpack it in the function"),
        ("f = lambda (a, b): a", "take one name and use its items: a lambda unpacks nothing"),
        ("import os, ConfigParser", "ConfigParser is configparser today"),
        ("from urllib2 import urlopen", "urllib2 is urllib.request today"),
        ("from urllib import quote, other", "write urllib.parse.quote"),
        ("isinstance(x, unicode)", "write str: unicode is gone"),
        ("for i in xrange(3): pass", "write range: xrange is gone"),
        ("file('x').read()", "write open: file is gone"),
        ("d.has_key(1)", "write `key in dictionary`: has_key is gone"),
        ("[x for x in d.iteritems()]", "write items(): iteritems is gone"),
        ("d.keys()[0]", "write list(...)[...]: keys() is no list"),
        ("string.join(x)", "write separator.join(list)"),
        ("iterator.next()", "write next(iterator): iterators have no method next"),
    ];
    for (code, remedy) in table {
        assert_eq!(found(&format!("# first\n{code}\n")), [(2, remedy.to_owned())], "{code}");
    }
}

#[test]
fn python_of_today_is_left_alone() {
    let codes = [
        "print('x'); print (1, 2)\nprint\\\n('x')\n",
        "text = '''\nprint 'x' <> `y`\n0755'''\n# raise E, 'x'\n",
        "f\"{d['0755']} {d[\"print 'x'\"]} {{0755}}\"\n",
        "print = log\nprint.x = 1\nx = [print, print]\nd = {print: 1}\nf(print, exec)\n",
        "x = 0o755 + 00 + 0 + 0.5 + 07.5 + 0e1 + 0x10 + 0b11 + 1_000 + 08j\n",
        "raise ValueError('x', 1) from e\nraise\n",
        "except KeyError as e:\nexcept (KeyError, ValueError):\nexcept KeyError, ValueError:\nexcept A, B, C:\n",
        "try:\n    import ConfigParser\nexcept ImportError:\n    import configparser as ConfigParser\n",
        "try:\n    unicode\nexcept NameError:\n    unicode = str\nx = unicode(1)\n",
        "def f(file, long=1):\n    return file.read(), long\n",
        "for file in files:\n    run(file, reduce=1)\nwith open('x') as buffer:\n    buffer.read()\n",
        "class D:\n    def has_key(self, key):\n        return self.d.has_key(key)\n    def next(self):\n        return self.next()\n",
        "self.file = File('x')\nself.long.unicode\nself.apply()\n",
        "x = a[1:`]\n",
        "def f(a, b=(1, 2), *c, d=((1, 2), 3)) -> (int, str): pass\nlambda: (1, 2)\n",
        "if x:\n\ty = 1\n\tif y:\n\t\tz = 1\nelse:\n        y = 2\n",
        "x >> 1\nx <\\\n> 1\n'unclosed\n\"\"\"print 'x'\n",
        "\\é\n'\\é\nf'{\n",
    ];
    for code in codes {
        assert_eq!(found(code), [], "{code}");
    }
}

#[test]
fn modules_are_followed_to_where_they_are_used() {
    let code = "import StringIO\nx = StringIO.StringIO()\nself.StringIO.x\n";
    let remedy = "StringIO is io today".to_owned();
    assert_eq!(found(code), [(1, remedy.clone()), (2, remedy)]);
}

#[test]
fn statements_may_have_several_lines_and_places() {
    let code = "x = f(\n    0644, d.iteritems(), \\\n    `1`)\nif True:\n    print 'a'; print 'b'\n";
    assert_eq!(found(code).iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 2, 3, 5, 5]);
}

#[test]
fn tabs_beside_blanks_are_found_where_their_width_counts() {
    let code = "if x:\n        a = 1\n\tb = 2\n\tc = 3\nd = 4\n";
    assert_eq!(found(code).iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 4]);
}

#[test]
fn a_report_shows_each_line_once_with_marks() {
    let code = "import os\n\tx = f(0644, 10L)\r\nprint x\n";
    let report = report(code, Failure::Syntax).expect("a report");
    let expected = "   2 | \tx = f(0644, 10L)\n     | \t      ^^^^ write 0o644: octal numbers start with 0o\n     | \t            ^^^ write 10: integers have no suffix L\n   3 | print x\n     | ^^^^^^^ write print(x): print is a function";
    assert!(report.excerpt.ends_with(expected.split_once("0o\n").expect("two").1), "{}", report.excerpt);
    assert!(report.excerpt.contains(expected), "{}", report.excerpt);
    assert_eq!(report.lines, 2);
}

#[test]
fn a_failure_of_another_kind_is_no_matter_of_age() {
    let code = "x = unicode('x')\ny = (\n    1 / 0,\n    d.iteritems())\n";
    let raised = |line, name| report(code, Failure::Raised { line, name }).is_some();
    assert!(report(code, Failure::Syntax).is_none());
    assert!(raised(1, Some("unicode")));
    assert!(!raised(1, Some("x")));
    // The interpreter names any line of a statement.
    assert!(raised(2, Some("iteritems")) && raised(4, Some("iteritems")));
    assert!(!raised(5, Some("unicode")));
}

#[test]
fn names_of_caught_exceptions_are_told_unless_the_file_binds_them() {
    let names = |code: &str| -> Vec<(String, usize)> {
        names_after_except(code).into_iter().map(|caught| (caught.name, caught.line)).collect()
    };
    let clause = "try:\n    pass\nexcept KeyError, e:\n    pass\n";
    assert_eq!(names(clause), [("e".to_owned(), 3)]);
    assert_eq!(names(&format!("try: pass\nexcept A as e: pass\n{clause}")), [("e".to_owned(), 4 + 1)]);
    for bound in [
        "import e",
        "from x import (d, e)",
        "e = Error",
        "d, e = 1, 2",
        "class e: pass",
        "def f(e): pass",
        "for e in x: pass",
        "import x as e",
        "with x as e: pass",
        "def f(*e): pass",
        "global e",
    ] {
        assert_eq!(names(&format!("{bound}\n{clause}")), [], "{bound}");
    }
    assert_eq!(
        names("try: pass\nexcept (A, e): pass\nexcept A, b.e: pass\nexcept A, b, c: pass\n# except A, e:\n"),
        []
    );
}
