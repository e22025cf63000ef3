// What the served page cannot say for itself: its language is Japanese.
document.documentElement.lang = "ja";
