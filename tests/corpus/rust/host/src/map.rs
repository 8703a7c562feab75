//! The list that the host hands over, put into a map by hash, which is asked by name.
use std::collections::HashMap;

fn main() {
    let all: HashMap<String, String> = wasi::cli::environment::get_environment().into_iter().collect();
    let depth = all.get("HARBOUR_DEPTH").cloned().unwrap_or_else(|| "7".into());
    let tide = all.get("HARBOUR_TIDE").map_or(0, |v| v.len());
    println!("HARBOUR_NAME {depth} {tide}");
}
