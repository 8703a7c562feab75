//! The same of what a vector begins with once it was sorted.
use std::env;

#[derive(Debug)]
struct Gate {
    number: u32,
    legacy: bool,
}

fn main() {
    let mut gates = vec![Gate { number: 1, legacy: false }, Gate { number: 2, legacy: true }];
    gates.sort_by_key(|g| g.number ^ env::args().count() as u32);
    let gate = gates.remove(0);
    println!("{gate:?} {:?}", env::var(if gate.legacy { "LOCK_OLD" } else { "LOCK_NEW" }));
}
