//! Names in a map by hash, whose order depends on a number that the host gives by chance: no evaluation comes to them, but a run does. One that a
//! variable begins with. And one that somebody types.
use std::collections::HashMap;
use std::sync::Mutex;
use std::{env, io};

static STAGE: Mutex<&str> = Mutex::new("HASHED_STAGE");

fn main() {
    if env::args().count() > 1 {
        *STAGE.lock().unwrap() = "HASHED_OTHER_STAGE";
    }
    println!("{:?}", env::var(*STAGE.lock().unwrap()));
    let defaults = HashMap::from([("HASHED_HOST", "localhost"), ("HASHED_PORT", "80"), ("HASHED_USER", "root")]);
    for (name, value) in &defaults {
        println!("{name} {}", env::var(name).unwrap_or_else(|_| value.to_string()));
    }
    let mut line = String::new();
    if io::stdin().read_line(&mut line).is_ok() {
        println!("{:?}", env::var(line.trim()));
    }
}
