//! Names that are cut out of a constant list, of which those are kept that are set: no piece of the list but a name is asked for.
use std::env;

const NAMES: &str = "MAIL_HOST, MAIL_PORT, MAIL_FROM";

fn main() {
    let set: Vec<&str> = NAMES.split(',').map(str::trim).filter(|name| env::var_os(name).is_some()).collect();
    println!("{set:?}");
}
