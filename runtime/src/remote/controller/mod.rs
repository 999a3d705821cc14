//! The side of a deployment that a person sits at: hosts are worked on side by side, each by a thread of its own.

mod host;
mod left;
mod merge;
mod plan;
mod schedule;
mod source;

pub use host::{HostFailure, HostJob, Report, SentPackage, Side};
pub use left::left_lines;
pub use merge::{Merged, merged};
pub use plan::{Plan, PlannedHost};
pub use schedule::{Schedule, State};
pub use source::Source;
