/** `python …pip` installs without questions, bars or news about itself: what to install follows. */
export const pip = [
  '-m',
  'pip',
  'install',
  '--quiet',
  '--no-input',
  '--disable-pip-version-check',
  '--progress-bar',
  'off'
]
