//! Compares the names of all variables with some, in several ways, takes those with a prefix, and asks a map that was made of them.
use std::{collections::HashMap, env};

fn main() {
    println!("{:?}", env::vars().find(|(name, _)| name == "BERTH_NAME"));
    let (mut depth, mut length) = (None, 0);
    for (name, value) in env::vars() {
        match name.as_str() {
            "BERTH_DEPTH" => depth = Some(value),
            "BERTH_LENGTH_IN_METRES" => length = value.parse().unwrap_or(0),
            _ => {
                if let Some(crane) = name.strip_prefix("CRANE_") {
                    println!("{crane} {value}");
                }
            }
        }
    }
    let all: HashMap<String, String> = env::vars().collect();
    println!("{depth:?} {length} {:?} {}", all.get("BERTH_TIDE"), all.contains_key("BERTH_LOCKED"));
}
