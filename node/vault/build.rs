//! Rebuilds the crate when a migration is added: the compiler alone does not see new files.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
