"""The desk starts without the solver, which is loaded where a rulebook is proved."""

import subprocess
import sys
from pathlib import Path


def test_the_solver_is_not_loaded_with_the_desk(tmp_path: Path) -> None:
    code = "import sys, gardefou.desk.web, gardefou.app.web; sys.exit('z3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False).returncode == 0
