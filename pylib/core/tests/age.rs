//! Files of age, as `AgeProvider` reads and writes them, beside the program `age`.

#[path = "age/damage.rs"]
mod damage;
#[path = "age/identities.rs"]
mod identities;
#[path = "age/members.rs"]
mod members;
#[path = "age/programs.rs"]
mod programs;
#[path = "age/support.rs"]
mod support;
#[path = "age/vectors.rs"]
mod vectors;
