//! The same by a reference that a map holds.
use std::{collections::HashMap, env};

struct Settings {
    legacy: bool,
    seen: u32,
}

fn main() {
    let mut settings = Settings { legacy: false, seen: 0 };
    {
        let mut switches: HashMap<&str, &mut bool> = HashMap::new();
        switches.insert("legacy", &mut settings.legacy);
        for argument in env::args() {
            if let Some(switch) = switches.get_mut(argument.as_str()) {
                **switch = true;
            }
        }
    }
    settings.seen += 1;
    println!("{} {:?}", settings.seen, env::var(if settings.legacy { "LOCK_OLD" } else { "LOCK_NEW" }));
}
