// A GET of each argument (AUTHORITY/PATH), its status, or the number of the error: as a binding generator would call the interface.

#[repr(C, align(8))]
struct Answer([u8; 64]);

#[rustfmt::skip]
mod wasi {
    include!(concat!(env!("BED_OUT"), "/imports.rs"));
}

fn get(url: &str) -> String {
    let (authority, path) = url.find('/').map_or((url, "/"), |at| url.split_at(at));
    let mut answer = Answer([0; 64]);
    let handle = |a: &Answer, at: usize| i32::from_le_bytes(a.0[at..at + 4].try_into().unwrap());
    unsafe {
        let request = wasi::new_request(wasi::new_fields());
        wasi::set_scheme(request, 1, 0, std::ptr::null(), 0);
        if wasi::set_authority(request, 1, authority.as_ptr(), authority.len()) != 0 {
            return "authority refused".to_string();
        }
        wasi::set_path(request, 1, path.as_ptr(), path.len());
        wasi::send_request(request, 0, 0, answer.0.as_mut_ptr());
        if answer.0[0] != 0 {
            return format!("at once, error {}", answer.0[8]);
        }
        let future = handle(&answer, 8);
        wasi::block(wasi::subscribe(future));
        wasi::future_get(future, answer.0.as_mut_ptr());
        match answer.0[16] {
            0 => format!("{}", wasi::response_status(handle(&answer, 24))),
            _ => format!("error {}", answer.0[24]),
        }
    }
}

#[no_mangle]
unsafe extern "C" fn cabi_realloc(old: *mut u8, had: usize, align: usize, want: usize) -> *mut u8 {
    let layout = |size| std::alloc::Layout::from_size_align_unchecked(size, align);
    if had == 0 { std::alloc::alloc(layout(want)) } else { std::alloc::realloc(old, layout(had), want) }
}

fn main() {
    for url in std::env::args().skip(1) {
        println!("{url}: {}", get(&url));
    }
}
