//! Names that live on the heap: a String from a constant, a vector of them, one joined from two constants.
use std::env;

#[inline(never)]
fn ask(name: String) -> bool {
    env::var_os(&name).is_some()
}

fn main() {
    println!("{}", ask("OWNED_ONE".to_string()));
    println!("{}", ask(String::from("OWNED_TWO_IS_A_LONGER_NAME")));
    let names = vec!["OWNED_IN_VECTOR".to_owned(), "OWNED_AGAIN".to_owned()];
    for name in names {
        println!("{}", ask(name));
    }
    println!("{}", ask("JOINED".to_string() + "_NAME"));
}
