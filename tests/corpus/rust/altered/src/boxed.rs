//! A field that decides which name is asked for, and that a boxed closure in a vector changes.
use std::env;

struct Settings {
    name: String,
    legacy: bool,
}

fn apply(rules: &mut Vec<Box<dyn FnMut(&str) + '_>>) {
    for argument in env::args() {
        for rule in rules.iter_mut() {
            rule(&argument);
        }
    }
}

fn main() {
    let mut settings = Settings { name: "x".into(), legacy: false };
    {
        let legacy = &mut settings.legacy;
        let mut rules: Vec<Box<dyn FnMut(&str) + '_>> = vec![Box::new(move |a| {
            if a == "-l" {
                *legacy = true
            }
        })];
        apply(&mut rules);
    }
    println!("{} {:?}", settings.name, env::var(if settings.legacy { "LOCK_OLD" } else { "LOCK_NEW" }));
}
