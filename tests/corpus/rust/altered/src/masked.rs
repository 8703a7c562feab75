//! The same of an array, at a place that is computed.
use std::env;

enum Step {
    Nothing,
    Set(usize),
    Clear,
}

fn run(steps: &[Step], marks: &mut [u8; 8]) {
    for step in steps {
        match step {
            Step::Set(i) => marks[*i & 7] = 1,
            Step::Clear => *marks = [0; 8],
            Step::Nothing => {}
        }
    }
}

fn main() {
    let step = |a: String| match a.as_str() {
        "c" => Step::Clear,
        "n" => Step::Nothing,
        other => Step::Set(other.len()),
    };
    let steps: Vec<Step> = env::args().map(step).collect();
    let mut marks = [0u8; 8];
    run(&steps, &mut marks);
    println!("{:?}", env::var(if marks[5] == 1 { "LOCK_OLD" } else { "LOCK_NEW" }));
}
