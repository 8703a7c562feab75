//! The program changes its own environment: setting and removing ask nobody.
use std::env;

fn main() {
    println!("{:?}", env::var("PARENT_LEVEL"));
    env::set_var("CHILD_LEVEL", "1");
    env::remove_var("CHILD_SECRET");
}
