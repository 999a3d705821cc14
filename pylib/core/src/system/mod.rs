//! What programs of the operating system say and take: `crontab`, `dpkg` and `mysql`.

mod crontab;
mod mysql;
mod packages;

pub use crontab::{says_no_crontab, without_comments};
pub use mysql::{OptionError, grants_everything, option_file, sql_name, sql_text};
pub use packages::is_selected;
