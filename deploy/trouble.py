"""What an operator can mend, said in one sentence."""


class Trouble(Exception):
    """The message is the whole story: what is wrong and what to do. Shown without a traceback, exit code 1."""
