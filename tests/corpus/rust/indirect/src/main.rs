//! Names that reach the call through closures, trait objects, function pointers, generics, arrays, structs and a match.
use std::env;

trait Setting {
    fn name(&self) -> &'static str;
    fn read(&self) -> Option<String> {
        env::var(self.name()).ok()
    }
}
struct Depth;
struct Draught;
impl Setting for Depth {
    fn name(&self) -> &'static str {
        "SHIP_DEPTH"
    }
}
impl Setting for Draught {
    fn name(&self) -> &'static str {
        "SHIP_DRAUGHT"
    }
}

struct Flag {
    name: &'static str,
    default: bool,
    about: &'static str,
}
static FLAGS: [Flag; 3] = [
    Flag { name: "FLAG_PILOT", default: true, about: "ABOUT_PILOT" },
    Flag { name: "FLAG_TUG", default: false, about: "ABOUT_TUG" },
    Flag { name: "FLAG_YELLOW", default: false, about: "ABOUT_YELLOW" },
];

fn pick(n: usize) -> &'static str {
    match n {
        0 | 1 => "QUAY_NORTH",
        2 => "QUAY_SOUTH",
        3 => "QUAY_EAST",
        _ => "QUAY_OTHER",
    }
}

fn visit<F: Fn(&str)>(each: F) {
    each("CARGO_KIND");
    each("CARGO_WEIGHT");
}

fn trimmed(name: &str) -> Option<String> {
    env::var(name).ok().map(|v| v.trim().to_string())
}

fn main() {
    let settings: [Box<dyn Setting>; 2] = [Box::new(Depth), Box::new(Draught)];
    for s in &settings {
        println!("{:?}", s.read());
    }
    for f in &FLAGS {
        println!("{} {}", env::var_os(f.name).map_or(f.default, |v| v == "1"), f.about);
    }
    println!("{:?}", env::var(pick(env::args().count())));
    visit(|name| println!("{:?}", env::var(name).ok()));
    let reader: fn(&str) -> Option<String> = trimmed;
    println!("{:?}", reader("CREW_SIZE"));
    for name in ["CREW_MASTER", "CREW_MATE"] {
        println!("{:?}", trimmed(name));
    }
}
