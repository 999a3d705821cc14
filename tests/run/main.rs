//! The real programs, seen from outside: processes, signals, disks and users, where case files cannot reach.
//!
//! Several tests need root (another root directory, a small disk, another user) and fail without it, saying so.

mod support;
mod terminal;

mod age_plugin;
mod canary;
mod component_library;
mod debugger;
mod empty_root;
mod interruption;
mod kill;
mod lock;
mod obstacles;
mod older;
mod on_terminal;
mod packages;
mod python;
mod python_environments;
mod readme;
mod sample;
mod secret_faults;
mod secrets;
mod secrets_of_both;
mod supervised;
mod surroundings;
mod third_party;
mod unchanged;
