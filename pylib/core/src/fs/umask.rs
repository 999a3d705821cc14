use std::fs;
use std::sync::Mutex;

/// Serialises the fallback, which has to set the mask to read it.
static SETTING: Mutex<()> = Mutex::new(());

/// The permission bits that this process withholds from new files.
///
/// The system call can only exchange the mask, and a file that another thread creates between the exchange and its
/// repair would get wrong permissions. Linux tells the mask in its process file system without touching it; elsewhere
/// the exchange is done with the most careful mask.
pub fn umask() -> u32 {
    let told = fs::read_to_string("/proc/self/status").ok().and_then(|status| from_status(&status));
    told.unwrap_or_else(by_exchange)
}

fn from_status(status: &str) -> Option<u32> {
    let value = status.lines().find_map(|line| line.strip_prefix("Umask:"))?;
    u32::from_str_radix(value.trim(), 8).ok()
}

fn by_exchange() -> u32 {
    let _guard = SETTING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let careful = rustix::fs::Mode::from_raw_mode(0o077);
    let mask = rustix::process::umask(careful);
    rustix::process::umask(mask);
    #[allow(clippy::useless_conversion, reason = "the raw mode is 16 bits wide on some systems")]
    mask.as_raw_mode().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_agree() {
        assert_eq!(umask(), by_exchange());
    }

    #[test]
    fn reads_the_line_of_the_status_file() {
        assert_eq!(from_status("Name:\tbash\nUmask:\t0027\nState:\tR\n"), Some(0o027));
        assert_eq!(from_status("Name:\tbash\n"), None);
    }
}
