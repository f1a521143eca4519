const WITHOUT_STORES = ['unit', 'architecture', 'faults', 'foreign', 'simulation'];

/**
 * How jest is run: two specs at a time. Those that share the stores have topics, groups and databases of their own, and
 * wait more than they work. The simulation has processes of its own: other specs before it make its promises slow. Who
 * chooses projects by hand gets one run of them, one spec after the other.
 * @param {readonly string[]} parameters the user's, handed to every run
 * @returns {{ parameters: string[] }[]}
 */
export function lanesFor(parameters) {
  if (chosenProjects(parameters).length > 0)
    return [{ parameters: [...oneAtATime(parameters), ...parameters] }];
  return [
    {
      parameters: [
        ...parameters,
        '--maxWorkers=2',
        '--selectProjects',
        'unit',
        'architecture',
        'contract',
        'faults',
        'foreign',
      ],
    },
    { parameters: [...parameters, '--maxWorkers=2', '--selectProjects', 'simulation'] },
    { parameters: [...parameters, '--maxWorkers=2', '--selectProjects', 'integration', 'e2e'] },
  ];
}

/** False when only projects are chosen that use neither Kafka nor PostgreSQL. */
export function needStores(parameters) {
  const chosen = chosenProjects(parameters);
  return chosen.length === 0 || chosen.some((project) => !WITHOUT_STORES.includes(project));
}

function oneAtATime(parameters) {
  const says = parameters.some((each) => /^(-w|-i|--maxWorkers|--runInBand)/.test(each));
  return says ? [] : ['--maxWorkers=1'];
}

function chosenProjects(parameters) {
  const projects = [];
  let listing = false;
  for (const parameter of parameters) {
    if (parameter.startsWith('--selectProjects')) {
      listing = true;
      const [, inline] = parameter.split('=');
      if (inline) projects.push(inline);
    } else if (parameter.startsWith('-')) listing = false;
    else if (listing) projects.push(parameter);
  }
  return projects;
}
