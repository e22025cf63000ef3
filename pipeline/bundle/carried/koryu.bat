@echo off
rem 交流マップを始めます。はじめの1回は、この PC の利用者のフォルダに準備をします（管理者の権限は要りません）。
rem この文字コードは CP932、改行は CRLF です。
setlocal EnableExtensions DisableDelayedExpansion
set "PYTHON_MANAGER_AUTOMATIC_INSTALL=false"
set "KORYU_PY="
set "KORYU_ARG="
set "KORYU_EMBED="
if not exist "%~dp0app\start.py" goto :packed
for /f "delims=" %%F in ('dir /b "%~dp0python-3.*-embed-amd64.zip" 2^>nul') do set "KORYU_EMBED=%~dp0%%F"
if defined KORYU_EMBED goto :embedded
for %%V in (@pythons@) do if not defined KORYU_PY call :try %%V
if defined KORYU_PY goto :start
echo Python（@pythons_listed@ のどれか、64ビット）がありません。「情報部門の方へ.txt」の「Python の用意」のとおりに入れてから、もう一度開いてください。
goto :failed

:try
py -%1 -c "import sys; sys.exit(sys.maxsize == 2147483647)" >nul 2>nul
if errorlevel 1 exit /b 0
set "KORYU_PY=py"
set "KORYU_ARG=-%1"
exit /b 0

:embedded
set "KORYU_HASH="
for /f "skip=1 delims=" %%H in ('certutil -hashfile "%KORYU_EMBED%" SHA256') do if not defined KORYU_HASH set "KORYU_HASH=%%H"
if not defined KORYU_HASH goto :unlisted
set "KORYU_HASH=%KORYU_HASH: =%"
set "KORYU_LISTED="
for /f "usebackq tokens=1" %%H in ("%~dp0python.sha256") do if /i "%%H"=="%KORYU_HASH%" set "KORYU_LISTED=1"
if not defined KORYU_LISTED goto :unlisted
set "KORYU_DIR=%LOCALAPPDATA%\koryu-map-app\python-%KORYU_HASH:~0,8%"
set "KORYU_PY=%KORYU_DIR%\python.exe"
if exist "%KORYU_PY%" goto :start
set "KORYU_NEW=%KORYU_DIR%.new%RANDOM%"
mkdir "%KORYU_NEW%" >nul 2>nul
tar -xf "%KORYU_EMBED%" -C "%KORYU_NEW%" >nul 2>nul
if errorlevel 1 goto :unwritable
move "%KORYU_NEW%" "%KORYU_DIR%" >nul 2>nul
if exist "%KORYU_PY%" goto :start

:unwritable
rd /s /q "%KORYU_NEW%" >nul 2>nul
echo 「%LOCALAPPDATA%\koryu-map-app」に Python を広げられません。空き容量と書き込みの権限を確かめてください。
goto :failed

:unlisted
echo Python の ZIP の SHA-256 が、python.sha256 にある値と合いません。「情報部門の方へ.txt」の「Python の用意」を見てください。
goto :failed

:packed
echo ZIP の中から直接は開けません。ZIP を右クリックして「すべて展開」してから、展開した先の koryu.bat を開いてください。
goto :failed

:start
"%KORYU_PY%" %KORYU_ARG% "%~dp0app\start.py" %*
if errorlevel 1 goto :failed
exit /b 0

:failed
if not defined KORYU_NO_PAUSE pause
exit /b 2
