#!/bin/sh
# 交流マップを始めます。はじめの1回は、利用者のフォルダに準備をします（管理者の権限は要りません）。
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 2
for version in @pythons@; do
    if command -v "python$version" >/dev/null 2>&1; then
        exec "python$version" "$here/app/start.py" "$@"
    fi
done
if command -v python3 >/dev/null 2>&1; then
    exec python3 "$here/app/start.py" "$@"
fi
echo "Python（@pythons_listed@ のどれか）がありません。「情報部門の方へ.txt」の「Python の用意」のとおりに入れてから、もう一度始めてください。" >&2
exit 2
