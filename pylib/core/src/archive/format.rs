/// The kind of an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// tar, plain or compressed; how is told by the content.
    Tar,
    /// zip.
    Zip,
}

impl Format {
    /// The format as people call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Tar => "tar",
            Self::Zip => "zip",
        }
    }
}
