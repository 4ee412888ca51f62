"""What pyproject.toml cannot say: a wheel carries the sample corpus, which lies beside the package."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

SAMPLE = ("metadata.yml", "db/entities.csv", "db/corrections.csv", "db/axes", "db/articles")


class WithSample(build_py):
    def run(self):
        super().run()
        if self.editable_mode:
            return
        for name in SAMPLE:
            source, target = Path(name), Path(self.build_lib, "attribution", "sample", name)
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, dirs_exist_ok=True)
            else:
                shutil.copyfile(source, target)


setup(cmdclass={"build_py": WithSample})
