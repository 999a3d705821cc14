//! Texts read in another way, with the way back to the places in the original.

use std::ops::Range;

use zeroize::Zeroizing;

/// A part of a view and where it comes from.
struct Segment {
    /// Where it begins in the view.
    view: usize,
    /// Where it comes from in the original.
    original: Range<usize>,
    /// Whether it is the original byte by byte; otherwise it stands for the whole range.
    is_copy: bool,
}

/// A text made of another one by leaving out or replacing parts.
pub(super) struct View {
    pub(super) bytes: Zeroizing<Vec<u8>>,
    segments: Vec<Segment>,
}

impl View {
    /// The place in the original of a range of the view, which must not be empty.
    pub(super) fn original(&self, range: &Range<usize>) -> Range<usize> {
        self.begin_of(range.start)..self.end_of(range.end - 1)
    }

    /// Where the byte of the view begins in the original.
    pub(super) fn begin_of(&self, at: usize) -> usize {
        let segment = self.segment(at);
        if segment.is_copy { segment.original.start + (at - segment.view) } else { segment.original.start }
    }

    fn end_of(&self, at: usize) -> usize {
        let segment = self.segment(at);
        if segment.is_copy { segment.original.start + (at - segment.view) + 1 } else { segment.original.end }
    }

    fn segment(&self, at: usize) -> &Segment {
        let next = self.segments.partition_point(|segment| segment.view <= at);
        &self.segments[next - 1]
    }
}

/// Builds a view from the left to the right.
pub(super) struct Builder<'text> {
    text: &'text [u8],
    view: View,
    taken: usize,
}

impl<'text> Builder<'text> {
    pub(super) fn new(text: &'text [u8]) -> Self {
        let view = View { bytes: Zeroizing::new(Vec::with_capacity(text.len())), segments: Vec::new() };
        Self { text, view, taken: 0 }
    }

    /// Puts `replacement` in the place of a range; what lies before it is copied.
    pub(super) fn replace(&mut self, range: Range<usize>, replacement: &[u8]) {
        self.copy_until(range.start);
        if !replacement.is_empty() {
            let view = self.view.bytes.len();
            self.view.segments.push(Segment { view, original: range.clone(), is_copy: false });
            self.view.bytes.extend_from_slice(replacement);
        }
        self.taken = range.end;
    }

    fn copy_until(&mut self, end: usize) {
        if self.taken < end {
            let original = self.taken..end;
            self.view.segments.push(Segment { view: self.view.bytes.len(), original: original.clone(), is_copy: true });
            self.view.bytes.extend_from_slice(&self.text[original]);
        }
    }

    /// The view; none if it is the text itself.
    pub(super) fn finish(mut self) -> Option<View> {
        if self.taken == 0 {
            return None;
        }
        self.copy_until(self.text.len());
        Some(self.view)
    }
}

fn is_break(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0b' | b'\x0c')
}

/// The text with each line break, and the blanks around it, replaced. None if it has no line break. A backslash before a line
/// break may say that the line goes on; it is left out, too, unless `backslashes_stay`.
pub(super) fn joined(text: &[u8], replacement: &[u8], backslashes_stay: bool) -> Option<View> {
    if !text.iter().any(|byte| is_break(*byte)) {
        return None;
    }
    let mut builder = Builder::new(text);
    let mut at = 0;
    while let Some(next) = text[at..].iter().position(|byte| is_break(*byte)) {
        let found = at + next;
        let begin = found - text[at..found].iter().rev().take_while(|byte| is_blank(**byte)).count();
        let end = found + text[found..].iter().take_while(|byte| is_blank(**byte)).count();
        let continued = !backslashes_stay && text[at..begin].ends_with(b"\\");
        builder.replace(begin - usize::from(continued)..end, replacement);
        at = end;
    }
    builder.finish()
}
