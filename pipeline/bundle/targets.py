"""What a bundle can be made for: the systems and the versions of Python."""

from __future__ import annotations

from dataclasses import dataclass

#: Versions of Python that a bundle can hold parts for.
PYTHONS = ("3.11", "3.12", "3.13")


@dataclass(frozen=True)
class Platform:
    """A system, as packages name it."""

    #: What it is called in sheets.
    title: str
    #: Its tags of wheels, the newest first.
    tags: tuple[str, ...]
    #: What the lock's conditions see there (PEP 508); all but the version of Python.
    markers: dict[str, str]
    #: What a person starts.
    starter: str


PLATFORMS = {
    "windows": Platform(
        "Windows 10・11（64ビット）",
        ("win_amd64",),
        {
            "os_name": "nt",
            "sys_platform": "win32",
            "platform_system": "Windows",
            "platform_machine": "AMD64",
            "platform_python_implementation": "CPython",
            "implementation_name": "cpython",
        },
        "koryu.bat",
    ),
    "linux": Platform(
        "Linux（x86_64、glibc 2.28 以降）",
        # pip takes no older tag than those that are named.
        (
            "manylinux_2_28_x86_64",
            "manylinux_2_27_x86_64",
            "manylinux_2_26_x86_64",
            "manylinux_2_24_x86_64",
            "manylinux_2_17_x86_64",
            "manylinux2014_x86_64",
            "manylinux_2_12_x86_64",
            "manylinux2010_x86_64",
            "manylinux_2_5_x86_64",
            "manylinux1_x86_64",
        ),
        {
            "os_name": "posix",
            "sys_platform": "linux",
            "platform_system": "Linux",
            "platform_machine": "x86_64",
            "platform_python_implementation": "CPython",
            "implementation_name": "cpython",
        },
        "koryu.sh",
    ),
}
