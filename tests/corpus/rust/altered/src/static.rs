//! The same by a pointer that a static variable holds.
use std::env;

static mut HOOK: Option<*mut bool> = None;

#[inline(never)]
fn fire() {
    unsafe {
        if let Some(to) = HOOK {
            *to = env::args().count() > 2;
        }
    }
}

#[inline(never)]
fn arm(to: *mut bool) {
    unsafe { HOOK = Some(to) }
}

fn main() {
    let mut legacy = false;
    arm(&mut legacy);
    let arguments: Vec<String> = env::args().collect();
    fire();
    let legacy = unsafe { std::ptr::read_volatile(&legacy) };
    println!("{arguments:?} {:?}", env::var(if legacy { "LOCK_OLD" } else { "LOCK_NEW" }));
}
