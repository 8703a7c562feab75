// What a Rust program sees of its environment, arguments, files and standard input: `env [NAME…]`, `args …`, `stdin`, `cat FILE`,
// `write FILE TEXT`.

use std::io::{Read, Write};

fn said<T>(result: std::io::Result<T>, good: impl Fn(T) -> String) -> String {
    result.map(good).unwrap_or_else(|e| format!("error {:?}", e.kind()))
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let rest = args.get(1..).unwrap_or(&[]);
    let mut out = std::io::stdout().lock();
    let mut say = |line: String| drop(writeln!(out, "{line}"));
    match args.first().map(String::as_str) {
        Some("env") if rest.is_empty() => {
            let mut all: Vec<_> = std::env::vars().collect();
            all.sort();
            all.into_iter().for_each(|(name, value)| say(format!("{name}={value}")));
        }
        Some("env") => rest.iter().for_each(|name| match std::env::var(name) {
            Ok(value) => say(format!("{name}={value}")),
            Err(_) => say(format!("{name} is not there")),
        }),
        Some("args") => rest.iter().for_each(|arg| say(arg.clone())),
        Some("stdin") => {
            let mut text = String::new();
            let read = std::io::stdin().read_to_string(&mut text);
            say(said(read, |n| format!("{n} bytes {}", text.trim())));
        }
        Some("cat") => say(said(std::fs::read_to_string(&rest[0]), |text| text.trim().to_string())),
        Some("write") => say(said(std::fs::write(&rest[0], &rest[1]), |_| "done".to_string())),
        _ => say(std::env::var("APP_GREETING").unwrap_or_else(|_| "no greeting".to_string())),
    }
}
