//! What is shown of a difference between two versions of a file.

use std::time::{Duration, Instant};

use serde::Serialize;
use similar::udiff::UnifiedHunkHeader;
use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices_deadline, group_diff_ops};

use super::content::Comparison;
use super::masked_version::{Version, replaced_secrets};
use super::text::{Encoding, is_space};
use crate::redact::Redactor;

/// Unchanged lines around a change.
const CONTEXT: usize = 3;
/// After this time a coarser difference is good enough: it is shown, nothing depends on it, and large files without
/// anything in common would take for ever.
const PATIENCE: Duration = Duration::from_secs(2);
/// Stands for the lines that are left out.
const ELISION: &str = "...";

/// How a file's content is treated when it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sensitivity {
    /// Shown with known secrets masked.
    Masked,
    /// Never shown or stored.
    Hidden,
}

/// How a difference is to be shown.
#[derive(Debug, Clone, Copy)]
pub struct DiffOptions<'secrets> {
    /// How the content is treated.
    pub sensitivity: Sensitivity,
    /// The secrets that are masked.
    pub secrets: &'secrets Redactor,
    /// A difference of more than one line beyond this number is shown in part.
    pub max_diff: usize,
    /// Of such a difference so many lines are shown at the beginning, and at most so many at the end.
    pub lead: usize,
}

impl<'secrets> DiffOptions<'secrets> {
    /// The usual options: shown with secrets masked, 200 lines, 50 of longer differences.
    pub fn new(secrets: &'secrets Redactor) -> Self {
        Self { sensitivity: Sensitivity::Masked, secrets, max_diff: 200, lead: 50 }
    }
}

/// Something to tell about a difference besides its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Notice {
    /// The content is no text.
    Binary,
    /// The content is declared sensitive.
    Sensitive,
    /// Only a part of the lines is shown.
    TooLong {
        /// How many lines the difference has.
        total: usize,
        /// How many may be shown.
        limit: usize,
        /// How many are shown at the beginning, and at most at the end.
        lead: usize,
    },
    /// The old content is not known.
    Unreadable {
        /// Why.
        cause: String,
    },
}

/// What a line of a difference is; the headings `---` and `+++` count as the lines they introduce.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DiffLineKind {
    /// Begins with `-`.
    Removed,
    /// Begins with `+`.
    Added,
    /// Context, position or elision.
    Other,
}

/// One line to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DiffLine {
    /// What it is.
    pub kind: DiffLineKind,
    /// The line with its mark, without white space at the end.
    pub text: String,
}

impl From<&str> for DiffLine {
    fn from(text: &str) -> Self {
        let kind = match text.as_bytes().first() {
            Some(b'-') => DiffLineKind::Removed,
            Some(b'+') => DiffLineKind::Added,
            _ => DiffLineKind::Other,
        };
        Self { kind, text: text.to_owned() }
    }
}

/// All there is to show of a difference.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ContentDifference {
    /// What to tell first.
    pub notices: Vec<Notice>,
    /// The lines to show: without blank ones, at most as many as allowed. Versions that differ in line ends only have
    /// none.
    pub lines: Vec<DiffLine>,
    /// The complete difference for a file, with known secrets masked. Empty if there is nothing to store: the
    /// versions have the same lines, or must not be stored.
    pub full_diff: String,
}

impl ContentDifference {
    /// What is shown of a comparison. `None`: the file is the same.
    ///
    /// Without an encoding the content is binary. A missing file is compared as an empty one.
    pub fn of_comparison(
        comparison: &Comparison,
        wanted: &[u8],
        encoding: Option<Encoding>,
        options: &DiffOptions<'_>,
    ) -> Option<Self> {
        let old: &[u8] = match comparison {
            Comparison::Same => return None,
            Comparison::Missing => b"",
            Comparison::Different { old } => old,
            Comparison::Unreadable { cause } => {
                return Some(Self::of_notice(Notice::Unreadable { cause: cause.to_string() }));
            }
        };
        Some(match (encoding, options.sensitivity) {
            (None, _) => Self::of_notice(Notice::Binary),
            (Some(_), Sensitivity::Hidden) => Self::of_notice(Notice::Sensitive),
            (Some(encoding), _) => Self::of_texts(&encoding.decode(old), &encoding.decode(wanted), options),
        })
    }

    /// What is shown of two decoded versions.
    pub fn of_texts(old: &str, new: &str, options: &DiffOptions<'_>) -> Self {
        if options.sensitivity == Sensitivity::Hidden {
            return Self::of_notice(Notice::Sensitive);
        }
        let diff = unified_diff(&Version::new(old, options.secrets), &Version::new(new, options.secrets));
        let mut difference =
            Self { full_diff: diff.iter().flat_map(|line| [line.as_str(), "\n"]).collect(), ..Self::default() };
        difference.show(&diff, options);
        difference
    }

    /// A difference of which nothing but a notice can be shown.
    pub fn of_notice(notice: Notice) -> Self {
        Self { notices: vec![notice], ..Self::default() }
    }

    /// Chooses the lines to show. Those at the end are taken from behind the limit only, so a difference that is
    /// slightly too long ends after few of them.
    fn show(&mut self, diff: &[String], options: &DiffOptions<'_>) {
        let behind_limit = options.max_diff.saturating_add(1);
        let shown: Vec<&str> = if diff.len() > behind_limit {
            self.notices.push(Notice::TooLong { total: diff.len(), limit: options.max_diff, lead: options.lead });
            let end = behind_limit.max(diff.len().saturating_sub(options.lead));
            let begin = diff.iter().take(options.lead).map(String::as_str);
            let end = diff[end..].iter().map(String::as_str);
            begin.chain([ELISION]).chain(end).collect()
        } else {
            diff.iter().map(String::as_str).collect()
        };
        self.lines = shown.into_iter().filter(|line| !line.is_empty()).map(DiffLine::from).collect();
    }
}

/// The lines of a unified difference with empty file names, each without white space at its end.
fn unified_diff(old: &Version<'_>, new: &Version<'_>) -> Vec<String> {
    let deadline = Instant::now() + PATIENCE;
    let operations = capture_diff_slices_deadline(Algorithm::Myers, &old.lines, &new.lines, Some(deadline));
    if operations.iter().all(|part| part.tag() == DiffTag::Equal) {
        return Vec::new();
    }
    let mut diff = vec!["---".to_owned(), "+++".to_owned()];
    let mut add = |mark: char, text: &str| {
        diff.push(format!("{mark}{text}").trim_end_matches(is_space).to_owned());
    };
    for hunk in group_diff_ops(operations, CONTEXT) {
        let header = UnifiedHunkHeader::new(&hunk).to_string();
        add('@', &header[1..]);
        let replaced = replaced_secrets(&hunk, old, new);
        for operation in hunk {
            let (before, after): (DiffOp, _) = (operation, operation.new_range());
            if before.tag() == DiffTag::Equal {
                before.old_range().for_each(|number| add(' ', &old.shown(number)));
                continue;
            }
            for number in before.old_range() {
                match replaced.get(&number) {
                    Some(masked) => add('-', masked),
                    None => add('-', &old.shown(number)),
                }
            }
            after.for_each(|number| add('+', &new.shown(number)));
        }
    }
    diff
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::FsError;
    use crate::redact::Secrets;

    fn texts(old: &str, new: &str) -> ContentDifference {
        ContentDifference::of_texts(old, new, &DiffOptions::new(&Redactor::default()))
    }

    fn numbers(range: std::ops::Range<usize>) -> String {
        range.map(|number| format!("{number}\n")).collect()
    }

    /// Old, new, and what `difflib.unified_diff` of CPython 3.11 gives, each line stripped at its end.
    #[test]
    fn headings_and_ranges_are_those_of_difflib() {
        let far = numbers(0..30);
        let far_new = far.replacen("3\n", "x\n3\n", 1).replacen("20\n", "", 1);
        let table: [(&str, &str, &[&str]); 8] = [
            ("", "a\nb\n", &["---", "+++", "@@ -0,0 +1,2 @@", "+a", "+b"]),
            ("a\nb", "", &["---", "+++", "@@ -1,2 +0,0 @@", "-a", "-b"]),
            ("a", "b", &["---", "+++", "@@ -1 +1 @@", "-a", "+b"]),
            ("", "a", &["---", "+++", "@@ -0,0 +1 @@", "+a"]),
            ("a\n", "a", &[]),
            ("a\r\nb", "a\nb\n", &[]),
            (
                "a\nb\nc\nd\ne\nf\ng\nh",
                "a\nb\nc\nd\nE\nf\ng\nh",
                &["---", "+++", "@@ -2,7 +2,7 @@", " b", " c", " d", "-e", "+E", " f", " g", " h"],
            ),
            (
                &far,
                &far_new,
                &[
                    "---",
                    "+++",
                    "@@ -1,6 +1,7 @@",
                    " 0",
                    " 1",
                    " 2",
                    "+x",
                    " 3",
                    " 4",
                    " 5",
                    "@@ -18,7 +19,6 @@",
                    " 17",
                    " 18",
                    " 19",
                    "-20",
                    " 21",
                    " 22",
                    " 23",
                ],
            ),
        ];
        for (old, new, expected) in table {
            let difference = texts(old, new);
            let shown: Vec<_> = difference.lines.iter().map(|line| &*line.text).collect();
            assert_eq!(shown, expected, "{old:?} {new:?}");
            let stored: Vec<_> = difference.full_diff.lines().collect();
            assert_eq!(stored, expected);
            assert!(difference.notices.is_empty());
        }
    }

    #[test]
    fn blank_context_is_stored_but_not_shown() {
        let difference = texts("a\n\nb  \n", "a\n\nc\t\n\n");
        let shown: Vec<_> = difference.lines.iter().map(|line| (line.kind, &*line.text)).collect();
        use DiffLineKind::{Added, Other, Removed};
        assert_eq!(
            shown,
            [
                (Removed, "---"),
                (Added, "+++"),
                (Other, "@@ -1,3 +1,4 @@"),
                (Other, " a"),
                (Removed, "-b"),
                (Added, "+c"),
                (Added, "+")
            ]
        );
        assert_eq!(difference.full_diff, "---\n+++\n@@ -1,3 +1,4 @@\n a\n\n-b\n+c\n+\n");
    }

    #[test]
    fn long_differences_are_shown_in_part() {
        // Three headings come before the lines. Total lines of the difference, shown at the beginning and at the end.
        for (total, begin, end) in [(202, 50, 1), (210, 50, 9), (251, 50, 50), (1000, 50, 50)] {
            let difference = texts("", &numbers(0..total - 3));
            assert_eq!(difference.notices, [Notice::TooLong { total, limit: 200, lead: 50 }], "{total}");
            assert_eq!(difference.lines.len(), begin + 1 + end);
            assert_eq!(difference.lines[begin].text, "...");
            let last = format!("+{}", total - 4);
            assert_eq!(difference.lines.last().unwrap().text, last);
            assert_eq!(difference.full_diff.lines().count(), total);
        }
        let difference = texts("", &numbers(0..198));
        assert_eq!(difference.lines.len(), 201);
        assert!(difference.notices.is_empty());
    }

    #[test]
    fn limits_of_one_s_own_count() {
        let secrets = Redactor::default();
        let mut options = DiffOptions::new(&secrets);
        (options.max_diff, options.lead) = (4, 2);
        let difference = ContentDifference::of_texts("", &numbers(0..6), &options);
        let shown: Vec<_> = difference.lines.iter().map(|line| &*line.text).collect();
        assert_eq!(shown, ["---", "+++", "...", "+4", "+5"]);
        (options.max_diff, options.lead) = (0, 0);
        let difference = ContentDifference::of_texts("", "a", &options);
        assert_eq!(difference.lines.len(), 1);
        (options.max_diff, options.lead) = (3, 1000);
        let difference = ContentDifference::of_texts("", &numbers(0..6), &options);
        assert_eq!(difference.lines.len(), 9 + 1 + 5);
    }

    #[test]
    fn secrets_of_both_versions_are_masked_and_other_lines_shown() {
        let mut known = Secrets::default();
        known.add_value("a", "geheim");
        known.add_value("b", "first line\nsecond line");
        let secrets = Redactor::of(&known);
        let table: [(&str, &str, &[&str]); 9] = [
            ("a\nb=geheim", "a\nc", &[" a", "-b=********", "+c"]),
            ("a\nb=xgeheimgeheim", "a\nc", &[" a", "-b=x****************", "+c"]),
            ("a\nk: geheim\n", "b\nk: geheim\n", &["-a", "+b", " k: ********"]),
            ("x", "first line\n  second line", &["-********", "+********", "+  ********"]),
            // What was in the place of a secret was one, too.
            ("pw=older;\n", "pw=geheim;\n", &["-pw=********;", "+pw=********;"]),
            ("a=1\npw=older\n", "a=2\npw=geheim\n", &["-a=1", "-pw=********", "+a=2", "+pw=********"]),
            ("older\n", "geheim\n", &["-********", "+********"]),
            ("x older y\nz\n", "pw=geheim\nz\n", &["-********", "+pw=********", " z"]),
            ("u geheim 1\n", "u geheim 2\n", &["-u ******** 1", "+u ******** 2"]),
        ];
        for (old, new, expected) in table {
            let difference = ContentDifference::of_texts(old, new, &DiffOptions::new(&secrets));
            assert_eq!(difference.notices, []);
            let shown: Vec<_> = difference.lines[3..].iter().map(|line| &*line.text).collect();
            assert_eq!(shown, expected, "{old:?} {new:?}");
            assert!(!difference.full_diff.contains("geheim") && !difference.full_diff.contains("older"));
        }
    }

    #[test]
    fn comparisons_become_notices_or_lines() {
        let secrets = Redactor::default();
        let options = DiffOptions::new(&secrets);
        let hidden = DiffOptions { sensitivity: Sensitivity::Hidden, ..options };
        let of = |comparison: Comparison, encoding, options| {
            ContentDifference::of_comparison(&comparison, b"new\xff", encoding, options)
        };
        let different = || Comparison::Different { old: b"old".to_vec() };
        assert_eq!(of(Comparison::Same, None, &options), None);
        let only = |notice| Some(ContentDifference::of_notice(notice));
        assert_eq!(of(different(), None, &options), only(Notice::Binary));
        assert_eq!(of(different(), Some(Encoding::Utf8), &hidden), only(Notice::Sensitive));
        let unreadable = Comparison::Unreadable {
            cause: FsError::new("read", std::path::Path::new("/x"), std::io::Error::other("why")),
        };
        assert_eq!(
            of(unreadable, Some(Encoding::Utf8), &options),
            only(Notice::Unreadable { cause: "cannot read /x: why".to_owned() })
        );
        let missing = of(Comparison::Missing, Some(Encoding::Latin1), &options).unwrap();
        assert_eq!(missing.lines.last().unwrap().text, "+newÿ");
        let changed = of(different(), Some(Encoding::Utf8), &options).unwrap();
        assert_eq!(changed.lines.last().unwrap().text, "+new\u{fffd}");
    }

    #[test]
    fn two_large_files_with_nothing_in_common_are_told_in_time() {
        let begin = Instant::now();
        let difference = texts(&numbers(0..60_000), &numbers(100_000..160_000));
        assert_eq!(difference.lines.len(), 101);
        assert!(begin.elapsed() < Duration::from_secs(30));
    }
}
