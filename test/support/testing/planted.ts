import {City, Country} from '../../../examples/cities/models';
import {
  type CityRepository,
  type CountryRepository,
} from '../../../examples/cities/repositories';

/** The repositories of the example over the cities of the world. */
export interface World {
  readonly cities: CityRepository;
  readonly countries: CountryRepository;
}

/** Something that asks again and again for what could be asked at once. */
export interface PlantedMistake {
  readonly title: string;
  readonly run: (world: World) => Promise<unknown>;
  /** The model that is asked again and again. */
  readonly model: 'City' | 'Country';
  /** What its mending says. */
  readonly mending: RegExp;
}

const include = /include: /;
const inq = /inq: \[\.\.\.\]/;

/** A service as applications have them, whose methods hand on what repositories promise. */
class Atlas {
  constructor(private readonly world: World) {}

  async citiesOf(country: Country): Promise<City[]> {
    return this.world.countries.cities(country.id).find();
  }

  async countryOf(city: City): Promise<Country> {
    return this.world.cities.inCountry(city.id);
  }

  async isCapital(city: City): Promise<boolean> {
    const country = await this.world.countries.findById(city.country);
    return country.capital === city.name;
  }

  async capitals(): Promise<City[]> {
    const found: City[] = [];
    for (const city of await this.world.cities.find()) {
      if (await this.isCapital(city)) found.push(city);
    }
    return found;
  }
}

/** Those who wait for what is related, one after the other. */
const readsInLoops: readonly PlantedMistake[] = [
  {
    title: 'findById in a for loop',
    model: 'Country',
    mending: include,
    async run({cities, countries}) {
      for (const city of await cities.find()) {
        await countries.findById(city.country);
      }
    },
  },
  {
    title: 'findOne in a while loop',
    model: 'Country',
    mending: include,
    async run({cities, countries}) {
      const left = await cities.find();
      while (left.length > 0) {
        const {country: id} = left.pop()!;
        await countries.findOne({where: {id}});
      }
    },
  },
  {
    title: 'find by a foreign key in a for loop with an index',
    model: 'City',
    mending: include,
    async run({cities, countries}) {
      const all = await countries.find();
      for (let i = 0; i < all.length; i++) {
        await cities.find({where: {country: all[i]!.id}});
      }
    },
  },
  {
    title: 'a hasMany relation in a for loop',
    model: 'City',
    mending: include,
    async run({countries}) {
      for (const {id} of await countries.find()) {
        await countries.cities(id).find({limit: 1});
      }
    },
  },
  {
    title: 'a belongsTo relation in a for loop',
    model: 'Country',
    mending: include,
    async run({cities}) {
      for (const {id} of await cities.find()) await cities.inCountry(id);
    },
  },
  {
    title: 'an include of one row in a for loop',
    model: 'Country',
    mending: inq,
    async run({countries}) {
      for (const id of ['CH', 'FR', 'IT']) {
        await countries.findById(id, {include: ['cities']});
      }
    },
  },
  {
    title: 'exists in a for loop',
    model: 'Country',
    mending: inq,
    async run({countries}) {
      for (const id of ['CH', 'FR', 'XX']) await countries.exists(id);
    },
  },
  {
    title: 'count in a for loop',
    model: 'City',
    mending: include,
    async run({cities, countries}) {
      for (const {id} of await countries.find()) {
        await cities.count({country: id});
      }
    },
  },
  {
    title: 'the same settings read again for each row',
    model: 'Country',
    mending: /the same each time/,
    async run({cities, countries}) {
      for (const _city of await cities.find()) {
        await countries.find({where: {region: 'Europe'}});
      }
    },
  },
];

/** Those who ask for all at the same time, or where no loop is to be seen. */
const readsAtOnce: readonly PlantedMistake[] = [
  {
    title: 'findById within Promise.all of map',
    model: 'Country',
    mending: include,
    async run({cities, countries}) {
      const all = await cities.find();
      await Promise.all(all.map(({country}) => countries.findById(country)));
    },
  },
  {
    title:
      'an async arrow within Promise.all, which returns what it is promised',
    model: 'City',
    mending: include,
    async run({countries}) {
      const all = await countries.find();
      await Promise.all(
        all.map(async ({id}) => {
          return countries.cities(id).find();
        }),
      );
    },
  },
  {
    title: 'promises that forEach begins',
    model: 'City',
    mending: include,
    async run({cities, countries}) {
      const counts: Promise<unknown>[] = [];
      const all = await countries.find();
      all.forEach(({id}) => counts.push(cities.count({country: id})));
      await Promise.all(counts);
    },
  },
  {
    title: 'a chain of promises that reduce makes',
    model: 'Country',
    mending: include,
    async run({cities, countries}) {
      const all = await cities.find();
      await all.reduce<Promise<unknown>>(
        (before, {country}) => before.then(() => countries.findById(country)),
        Promise.resolve(),
      );
    },
  },
  {
    title: 'nested includes by hand',
    model: 'City',
    mending: include,
    async run({cities, countries}) {
      const europe = await countries.find({where: {region: 'Europe'}});
      return Promise.all(
        europe.map(async country => ({
          id: country.id,
          cities: await cities.find({
            where: {country: country.id},
            order: ['population DESC'],
          }),
        })),
      );
    },
  },
  {
    title: 'a service that hands a relation on, in a loop over it',
    model: 'City',
    mending: include,
    async run(world) {
      const atlas = new Atlas(world);
      for (const country of await world.countries.find()) {
        await atlas.citiesOf(country);
      }
    },
  },
  {
    title: 'a service that hands a belongsTo on, in a map',
    model: 'Country',
    mending: include,
    async run(world) {
      const atlas = new Atlas(world);
      const all = await world.cities.find();
      await Promise.all(all.map(city => atlas.countryOf(city)));
    },
  },
  {
    title: 'a method that a service calls in its own loop',
    model: 'Country',
    mending: include,
    run: world => new Atlas(world).capitals(),
  },
];

const writes: readonly PlantedMistake[] = [
  {
    title: 'updateById in a loop',
    model: 'City',
    mending: /City\.updateAll\(data, \{id: \{inq/,
    async run({cities}) {
      for (const {id} of await cities.find()) {
        await cities.updateById(id, {population: 0});
      }
    },
  },
  {
    title: 'create in a loop',
    model: 'Country',
    mending: /Country\.createAll\(\[\.\.\.\]\)/,
    async run({countries}) {
      for (const id of ['AT', 'BE']) await countries.create({id, name: id});
    },
  },
  {
    title: 'deleteById within Promise.all',
    model: 'City',
    mending: /City\.deleteAll\(\{id: \{inq/,
    async run({cities}) {
      const all = await cities.find();
      await Promise.all(all.map(({id}) => cities.deleteById(id)));
    },
  },
  {
    title: 'a row that is read, changed and saved, in a loop',
    model: 'City',
    mending: inq,
    async run({cities}) {
      for (const id of [1, 2, 3]) {
        const city = await cities.findById(id);
        city.population++;
        await cities.save(city);
      }
    },
  },
];

/** Each is an N+1: what it asks grows with the rows that there are. */
export const plantedMistakes: readonly PlantedMistake[] = [
  ...readsInLoops,
  ...readsAtOnce,
  ...writes,
];
