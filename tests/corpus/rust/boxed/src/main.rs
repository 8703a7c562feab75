//! Names within boxed closures, and given to trait objects: calls that code of the standard library looks just like. A list walked by an
//! adapter that leaves some out.
use std::env;

trait Source {
    fn get(&self, key: &str) -> Option<String>;
}
struct Env;
struct Fixed(&'static str);
impl Source for Env {
    fn get(&self, key: &str) -> Option<String> {
        env::var(key).ok()
    }
}
impl Source for Fixed {
    fn get(&self, key: &str) -> Option<String> {
        (key == "NOT_ASKED").then(|| self.0.to_string())
    }
}

fn ask(name: &'static str) -> Box<dyn Fn() -> Option<String>> {
    Box::new(move || env::var(name).ok())
}

fn main() {
    let asks: Vec<Box<dyn Fn() -> Option<String>>> = vec![ask("BOX_ONE"), ask("BOX_TWO")];
    for a in &asks {
        println!("{:?}", a());
    }
    let sources: Vec<Box<dyn Source>> = vec![Box::new(Env), Box::new(Fixed("x"))];
    for key in ["DYN_ONE", "DYN_TWO"] {
        println!("{:?}", sources.iter().find_map(|s| s.get(key)));
    }
    let all: Vec<_> = ["ALPHA", "BETA", "GAMMA"].iter().filter_map(|name| env::var(name).ok()).collect();
    println!("{all:?}");
}
