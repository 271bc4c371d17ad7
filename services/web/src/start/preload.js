(pages) => {
  const [, files = []] = pages.find(([pattern]) => new RegExp(pattern).test(location.pathname)) || []
  for (const file of files) {
    const link = document.createElement('link')
    link.rel = 'modulepreload'
    link.href = file
    document.head.append(link)
  }
}
