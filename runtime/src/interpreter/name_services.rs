//! Name lookups of a statically linked program.

/// Limits lookups of users, groups and hosts to what a static program can do.
///
/// A static glibc crashes when `/etc/nsswitch.conf` names a service that it would have to load (`systemd`, `resolve`,
/// `sss`). So the services are set for this process; what the files do not know is asked from the host's `getent` by
/// `batou_core`. Must be called before any other thread is started.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "the C library offers no other way to choose its name services")]
pub fn restrict() {
    unsafe extern "C" {
        /// glibc, nss.h: replaces one line of `/etc/nsswitch.conf` for this process.
        fn __nss_configure_lookup(
            database: *const std::ffi::c_char,
            services: *const std::ffi::c_char,
        ) -> std::ffi::c_int;
    }
    for (database, services) in [
        (c"passwd", c"files"),
        (c"group", c"files"),
        (c"initgroups", c"files"),
        (c"shadow", c"files"),
        (c"hosts", c"files dns"),
        (c"services", c"files"),
        (c"protocols", c"files"),
        (c"networks", c"files"),
    ] {
        // A failure leaves the system's setting, which is right for a program that is linked dynamically.
        // SAFETY: both strings are static and end with NUL; no other thread runs yet.
        unsafe {
            __nss_configure_lookup(database.as_ptr(), services.as_ptr());
        }
    }
}

/// Other C libraries load nothing.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn restrict() {}
