//! Helpers that ask for a second name where the first is not set: another parameter, and one made of the first.
use std::env;

#[inline(never)]
fn renamed(name: &str, old: &str) -> Option<String> {
    env::var(name)
        .or_else(|_| {
            eprintln!("{name} is not set; {old} will go");
            env::var(old)
        })
        .ok()
}

#[inline(never)]
fn prefixed(name: &str) -> Option<String> {
    env::var(name).or_else(|_| env::var(format!("APP_{name}"))).ok()
}

fn main() {
    println!("{:?} {:?}", renamed("TIDE_URL", "OLD_TIDE_URL"), renamed("TIDE_KEY", "OLD_TIDE_KEY"));
    println!("{:?}", prefixed("TIDE_ZONE"));
}
