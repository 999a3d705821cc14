//! Version control: checkouts of other people's repositories.

pub mod git;
pub mod mercurial;
