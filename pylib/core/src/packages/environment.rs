//! What the interpreter is, as environment markers and wheels ask for it.

use pep440_rs::{Version, VersionSpecifiers};
use pep508_rs::{MarkerEnvironment, MarkerEnvironmentBuilder};
use std::str::FromStr as _;
use std::sync::LazyLock;

/// The version of the language.
pub const PYTHON_VERSION: &str = "3.14";
/// Its minor version.
pub const PYTHON_MINOR: u32 = 14;
/// The version with its third number.
pub const PYTHON_FULL_VERSION: &str = "3.14.0";

/// The values that environment markers are compared with.
pub fn marker_environment() -> &'static MarkerEnvironment {
    static ENVIRONMENT: LazyLock<MarkerEnvironment> = LazyLock::new(|| {
        let names = rustix::system::uname();
        let (system, platform) = if cfg!(target_os = "macos") { ("Darwin", "darwin") } else { ("Linux", "linux") };
        MarkerEnvironmentBuilder {
            implementation_name: "rustpython",
            implementation_version: PYTHON_FULL_VERSION,
            os_name: "posix",
            platform_machine: std::env::consts::ARCH,
            platform_python_implementation: "RustPython",
            platform_release: &names.release().to_string_lossy(),
            platform_system: system,
            platform_version: &names.version().to_string_lossy(),
            python_full_version: PYTHON_FULL_VERSION,
            python_version: PYTHON_VERSION,
            sys_platform: platform,
        }
        .try_into()
        .expect("the versions are constants")
    });
    &ENVIRONMENT
}

/// Whether a package that demands this can be used; a demand that cannot be understood demands nothing, as with pip.
pub fn accepts_python(demanded: Option<&str>) -> bool {
    static VERSION: LazyLock<Version> =
        LazyLock::new(|| Version::from_str(PYTHON_FULL_VERSION).expect("the version is a constant"));
    demanded
        .and_then(|text| VersionSpecifiers::from_str(text).ok())
        .is_none_or(|specifiers| specifiers.contains(&VERSION))
}
